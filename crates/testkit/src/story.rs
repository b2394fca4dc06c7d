//! One story, told on each engine.

/// Tells each story twice: with its town in a file, and on the server where the tests are given one.
///
/// A story is `async fn name(guide, town) { .. }`, with `town: &Town`. `through f;` before the stories passes each new
/// town through `f` first.
#[macro_export]
macro_rules! on_both {
    (through $made:path; $(async fn $name:ident($guide:expr, $town:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn story($town: &$crate::Town) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_file() {
                let town = $crate::Town::new($guide, $crate::Engine::File).await.expect("a file always opens");
                let town = $made(town);
                story(&town).await;
                town.bench.clear().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_server() {
                let Some(town) = $crate::Town::new($guide, $crate::Engine::Server).await else { return };
                let town = $made(town);
                story(&town).await;
                town.bench.clear().await;
            }
        }
    )*};
    ($(async fn $name:ident($guide:expr, $town:ident) $body:block)*) => {
        $crate::on_both! { through ::std::convert::identity; $(async fn $name($guide, $town) $body)* }
    };
}
