use super::{Attachment, AttachmentProblem, MAX_BYTES, Media};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    // A comment before the frame, and a byte that fills up.
    let mut bytes = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08".to_vec();
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes
}

fn webp(kind: [u8; 4], rest: &[u8]) -> Vec<u8> {
    [b"RIFF\0\0\0\0WEBP".as_slice(), &kind, &[0; 4], rest].concat()
}

#[test]
fn what_a_file_is_is_told_by_its_bytes() {
    let cases: [(Vec<u8>, Media); 6] = [
        (png(640, 480), Media::Png),
        (jpeg(640, 480), Media::Jpeg),
        (webp(*b"VP8X", &[0, 0, 0, 0, 127, 2, 0, 223, 1, 0]), Media::WebP),
        (webp(*b"VP8L", &[0x2f, 0x7f, 0xc2, 0x77, 0]), Media::WebP),
        (webp(*b"VP8 ", &[0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 2, 0xe0, 1]), Media::WebP),
        (b"%PDF-1.7\n%%EOF".to_vec(), Media::Pdf),
    ];
    for (bytes, media) in cases {
        let read = Attachment::of(&bytes).unwrap_or_else(|e| panic!("{media:?}: {e}"));
        assert_eq!(read.media, media);
        assert_eq!(read.bytes, bytes.len() as u64);
        assert_eq!(read.hash.len(), 64);
    }
}

#[test]
fn a_page_a_drawing_with_scripts_and_an_office_file_are_not_kept() {
    for bytes in [
        b"<!doctype html><script>".as_slice(),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04[Content_Types].xml",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"GIF89a",
        b" %PDF-1.7",
        b"RIFF\0\0\0\0WAVEfmt ",
    ] {
        assert_eq!(Attachment::of(bytes), Err(AttachmentProblem::Unknown), "{bytes:?}");
    }
}

#[test]
fn what_is_empty_too_large_or_cut_off_is_not_kept() {
    assert_eq!(Attachment::of(b""), Err(AttachmentProblem::Empty));
    let mut long = b"%PDF-1.7".to_vec();
    long.resize(MAX_BYTES, b' ');
    assert!(Attachment::of(&long).is_ok());
    long.push(b' ');
    assert_eq!(Attachment::of(&long), Err(AttachmentProblem::TooLarge));
    for whole in [png(3, 3), jpeg(3, 3), webp(*b"VP8L", &[0x2f, 0, 0, 0, 0])] {
        for end in 12..whole.len() - 5 {
            let cut = whole.get(..end).expect("shorter");
            assert_eq!(Attachment::of(cut), Err(AttachmentProblem::Broken), "{cut:?}");
        }
    }
    assert_eq!(Attachment::of(&png(0, 3)), Err(AttachmentProblem::Broken));
    assert_eq!(Attachment::of(b"\xff\xd8\xff\xda\0\0"), Err(AttachmentProblem::Broken), "data before its size");
}

#[test]
fn a_picture_that_unfolds_without_end_is_not_kept() {
    assert!(Attachment::of(&png(10_000, 5_000)).is_ok());
    assert_eq!(Attachment::of(&png(10_000, 5_001)), Err(AttachmentProblem::TooManyPixels));
    assert_eq!(Attachment::of(&png(u32::MAX, u32::MAX)), Err(AttachmentProblem::TooManyPixels));
    assert_eq!(Attachment::of(&jpeg(u16::MAX, u16::MAX)), Err(AttachmentProblem::TooManyPixels));
}
