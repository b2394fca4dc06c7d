//! After an erasure the files of the database hold nothing of it, on either engine.

use sqlx::Row as _;
use store::{Apply, Place, ViewRow};

use crate::bench::{Bench, Engine, entry, on_both, private_entry};

const WORDS: &str = "うたかたの覚え書き";

on_both! {
    async fn what_was_erased_is_in_no_file_of_the_database(bench: &Bench) {
        let town = bench.town().await;
        let mut writing = town.writing().await.expect("the head is free");
        for seq in 0..40 {
            let words = format!("{WORDS}その{seq}");
            writing.append(private_entry(&town, seq, 1_000, Some(&words))).await.expect("appended");
            let row = ViewRow {
                id: format!("c{seq:02}"),
                body: format!("{{\"note\":\"{words}\"}}"),
                version: seq,
                a: Some(words),
                b: None,
                c: None,
                sort: format!("{seq:04}"),
            };
            writing.put("case", &row).await.expect("a view");
        }
        writing.commit().await.expect("recorded");
        let mut workshop = town.workshop().await.expect("the workshop opens");
        workshop.put_blob("hash", WORDS.as_bytes()).await.expect("kept");
        workshop.commit().await.expect("kept");
        assert!(found(bench).await > 0, "it is there, else nothing is shown by its absence");

        let mut writing = town.writing().await.expect("the head is free");
        for seq in 0..40 {
            writing.erase_private(seq).await.expect("erased");
            let row = ViewRow {
                id: format!("c{seq:02}"),
                body: "{}".to_owned(),
                version: seq,
                a: None,
                b: None,
                c: None,
                sort: format!("{seq:04}"),
            };
            writing.put("case", &row).await.expect("a view");
        }
        store::Files::delete_blob(&mut writing, "hash").await.expect("gone");
        writing.append(entry(&town, 40, 1_001)).await.expect("appended");
        writing.commit().await.expect("recorded");
        assert_eq!(town.scrubbed().await.expect("asked"), None);
        town.scrub(40).await.expect("written anew");
        assert_eq!(town.scrubbed().await.expect("asked"), Some(40));
        assert_eq!(found(bench).await, 0);
        let copy = bench.path().join("copy.shirube");
        town.export(&copy).await.expect("copied");
        assert!(!String::from_utf8_lossy(&std::fs::read(&copy).expect("the copy")).contains(WORDS));
    }
}

/// In how many files of the database the words can be read.
async fn found(bench: &Bench) -> usize {
    match (&bench.place, bench.engine) {
        (Place::File(_), Engine::File) => {
            let files = std::fs::read_dir(bench.path()).expect("the folder");
            let bytes = files.map(|file| std::fs::read(file.expect("a file").path()).expect("its bytes"));
            bytes.filter(|bytes| String::from_utf8_lossy(bytes).contains(WORDS)).count()
        }
        (Place::Postgres { url, schema: Some(schema) }, Engine::Server) => {
            let pool = sqlx::PgPool::connect(url).await.expect("the server answers");
            // What is only in the server's memory goes to its files first.
            sqlx::raw_sql("CHECKPOINT").execute(&pool).await.expect("written");
            let row = sqlx::query(
                "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname = $1 AND c.relkind IN ('r', 'i') AND pg_relation_size(c.oid) > 0 AND position(\
                 convert_to($2, 'UTF8') IN pg_read_binary_file(pg_relation_filepath(c.oid))) > 0",
            )
            .bind(schema)
            .bind(WORDS)
            .fetch_one(&pool)
            .await
            .expect("the files are read");
            pool.close().await;
            usize::try_from(row.get::<i64, _>(0)).expect("a count")
        }
        _ => panic!("a bench of an engine"),
    }
}
