//! Drafts, jobs and attachments.

use std::collections::BTreeSet;

use store::{Apply, BLOB_MAX, Desk, Enqueued, Ledgered, NewJob, Read, StoreError, backoff};

use crate::bench::{entry, on_both};

fn job(number: usize, due_at: i64) -> NewJob {
    NewJob {
        id: format!("j{number:02}"),
        kind: "publish".to_owned(),
        body: format!("{{\"本文\":{number}}}"),
        due_at,
        idem_key: format!("post-{number}"),
    }
}

async fn enqueue(town: &Ledgered, jobs: &[NewJob]) {
    let mut workshop = town.workshop().await.expect("the workshop");
    for job in jobs {
        assert_eq!(workshop.enqueue(job).await.expect("asked for"), Enqueued::New);
    }
    workshop.commit().await.expect("kept");
}

on_both! {
    async fn a_draft_is_kept_as_typed_and_not_overwritten_unseen(bench: &Bench) {
        let town = bench.town().await;
        let typed = "  下書き\r\n\t①髙 ";
        let mut workshop = town.workshop().await.expect("the workshop");
        assert_eq!(workshop.put_draft("d1", typed, 10, None).await.expect("saved"), 1);
        assert_eq!(workshop.put_draft("d1", "二回目", 20, Some(1)).await.expect("saved"), 2);
        workshop.commit().await.expect("kept");
        let mut workshop = town.workshop().await.expect("the workshop");
        let refused = workshop.put_draft("d1", "遅れた人", 30, Some(1)).await.expect_err("changed since");
        assert!(matches!(refused, StoreError::StaleVersion { .. }), "{refused}");
        assert_eq!(workshop.put_draft("d2", typed, 30, None).await.expect("saved"), 1);
        workshop.commit().await.expect("kept");

        let mut reading = town.reading().await.expect("a reading");
        let first = reading.draft("d1").await.expect("read").expect("there");
        assert_eq!((first.body.as_str(), first.updated_at, first.version), ("二回目", 20, 2));
        assert_eq!(reading.drafts(Some("d1"), 10).await.expect("read")[0].body, typed);

        // Filing turns the draft into an entry in one transaction.
        let mut writing = town.writing().await.expect("the head is free");
        writing.delete_draft("d1").await.expect("gone");
        writing.append(entry(&town, 0, 1)).await.expect("appended");
        writing.commit().await.expect("recorded");
        let mut reading = town.reading().await.expect("a reading");
        assert!(reading.draft("d1").await.expect("read").is_none());
    }

    async fn a_job_comes_with_its_entry_or_not_at_all(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        assert_eq!(writing.enqueue(&job(1, 100)).await.expect("asked for"), Enqueued::New);
        writing.put_address("x:1", "a", store::Standing::Live).await.expect("free");
        assert!(matches!(writing.commit().await, Err(StoreError::NothingToRecord)));
        assert!(town.reading().await.expect("a reading").jobs(None, 9).await.expect("read").is_empty());

        let mut writing = town.writing().await.expect("the head is free");
        writing.enqueue(&job(1, 100)).await.expect("asked for");
        let again = NewJob { id: "another id".to_owned(), ..job(1, 100) };
        assert_eq!(writing.enqueue(&again).await.expect("the same key"), Enqueued::Known);
        writing.append(entry(&town, 0, 1)).await.expect("appended");
        writing.commit().await.expect("recorded");
        let jobs = town.reading().await.expect("a reading").jobs(None, 9).await.expect("read");
        assert_eq!(jobs.len(), 1);
        assert_eq!((jobs[0].job.id.as_str(), jobs[0].job.attempt, jobs[0].done_at), ("j01", 0, None));
    }

    async fn a_job_is_done_by_one_worker_in_the_order_of_its_time(bench: &Bench) {
        let town = bench.town().await;
        enqueue(&town, &[job(1, 300), job(2, 100), job(3, 200)]).await;
        let mut workshop = town.workshop().await.expect("the workshop");
        assert_eq!(workshop.next_due().await.expect("asked"), Some(100));
        assert_eq!(workshop.claim_job(99, 500).await.expect("asked"), None);
        let first = workshop.claim_job(250, 500).await.expect("asked").expect("due");
        assert_eq!((first.id.as_str(), first.attempt, first.body.as_str()), ("j02", 1, "{\"本文\":2}"));
        let second = workshop.claim_job(250, 500).await.expect("asked").expect("due");
        assert_eq!(second.id, "j03");
        assert_eq!(workshop.claim_job(250, 500).await.expect("asked"), None);
        assert_eq!(workshop.next_due().await.expect("asked"), Some(300), "the others are held until 500");
        workshop.finish_job(&first, 260).await.expect("done");
        workshop.commit().await.expect("kept");
        let jobs = town.reading().await.expect("a reading").jobs(Some("j01"), 1).await.expect("read");
        assert_eq!(jobs[0].done_at, Some(260));
    }

    async fn a_worker_that_came_too_late_changes_nothing(bench: &Bench) {
        let town = bench.town().await;
        enqueue(&town, &[job(1, 0)]).await;
        let mut workshop = town.workshop().await.expect("the workshop");
        let slow = workshop.claim_job(0, 100).await.expect("asked").expect("due");
        assert_eq!(workshop.claim_job(99, 200).await.expect("asked"), None, "the lease holds");
        let quick = workshop.claim_job(100, 200).await.expect("asked").expect("the lease ended");
        assert_eq!(quick.attempt, 2);
        for late in [workshop.finish_job(&slow, 110).await, workshop.fail_job(&slow, 110, "x").await] {
            assert!(matches!(late, Err(StoreError::StaleVersion { .. })), "{late:?}");
        }
        workshop.finish_job(&quick, 120).await.expect("done");
        let twice = workshop.finish_job(&quick, 130).await;
        assert!(matches!(twice, Err(StoreError::StaleVersion { .. })), "{twice:?}");
        assert_eq!(workshop.claim_job(9_999_999, 99_999_999).await.expect("asked"), None, "done is done");
        assert_eq!(workshop.next_due().await.expect("asked"), None);
    }

    async fn a_failed_job_is_tried_again_after_a_pause(bench: &Bench) {
        let town = bench.town().await;
        enqueue(&town, &[job(1, 0)]).await;
        let mut workshop = town.workshop().await.expect("the workshop");
        let first = workshop.claim_job(50, 1_000).await.expect("asked").expect("due");
        workshop.fail_job(&first, 60, "相手が応答しません").await.expect("noted");
        let again = 60 + backoff(1);
        assert_eq!(workshop.claim_job(again - 1, again).await.expect("asked"), None);
        let rows = workshop.jobs(None, 9).await.expect("read");
        assert_eq!(rows[0].last_error.as_deref(), Some("相手が応答しません"));
        let second = workshop.claim_job(again, again + 1_000).await.expect("asked").expect("due again");
        assert_eq!(second.attempt, 2);
        workshop.finish_job(&second, again + 5).await.expect("done");
        assert_eq!(workshop.jobs(None, 9).await.expect("read")[0].last_error, None);
    }

    async fn workers_at_once_never_hold_the_same_job(bench: &Bench) {
        let town = bench.town().await;
        let jobs: Vec<NewJob> = (0..20).map(|number| job(number, 0)).collect();
        enqueue(&town, &jobs).await;
        let mut tasks = Vec::new();
        for _ in 0..4 {
            let town = town.clone();
            tasks.push(tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let mut workshop = town.workshop().await.expect("the workshop");
                    let claimed = workshop.claim_job(1, 1_000).await.expect("asked");
                    workshop.commit().await.expect("kept");
                    match claimed {
                        Some(job) => mine.push(job.id),
                        None => return mine,
                    }
                }
            }));
        }
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.expect("no worker fails"));
        }
        assert_eq!(all.len(), 20);
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 20);
    }

    async fn an_attachment_comes_back_in_chunks(bench: &Bench) {
        let town = bench.town().await;
        let bytes: Vec<u8> = (0..2_500_000_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();
        let mut workshop = town.workshop().await.expect("the workshop");
        workshop.put_blob("big", &bytes).await.expect("kept");
        workshop.put_blob("big", &bytes).await.expect("the same again");
        workshop.put_blob("empty", b"").await.expect("an empty file is a file");
        let refused = workshop.put_blob("huge", &vec![0; BLOB_MAX + 1]).await.expect_err("too large");
        assert!(matches!(refused, StoreError::TooLarge { .. }), "{refused}");
        workshop.commit().await.expect("kept");
        let mut reading = town.reading().await.expect("a reading");
        let mut back = Vec::new();
        let mut chunk = 0;
        while let Some(part) = reading.blob_chunk("big", chunk).await.expect("read") {
            back.extend(part);
            chunk += 1;
        }
        assert_eq!(chunk, 3);
        assert!(back == bytes, "the bytes come back as they were");
        assert_eq!(reading.blob_chunk("empty", 0).await.expect("read"), Some(Vec::new()));
        assert_eq!(reading.blob_chunk("huge", 0).await.expect("read"), None);
    }
}
