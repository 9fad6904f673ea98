//! Posts, as far as they were read.

use majlis::domain::poll_plan::Post;
use majlis::store::Step;
use majlis::store::posts::{self, SeenPost};

use super::given::{page, some_sources};
use super::{at, contract};

fn seen(id: &str) -> SeenPost {
    SeenPost { id: id.to_owned(), post: Post::new(at(0)), said: None, said_when_read: None }
}

contract! {
    async fn what_was_seen_of_a_post_is_kept_and_replaced(db: Db) {
        some_sources(&db.store).await;
        let mut read = SeenPost { said: Some(3), said_when_read: Some(2), ..seen("a") };
        read.post.arrived(at(30));
        read.post.read(at(60));
        read.post.counted(1, at(90));
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        posts::keep(&mut tx, &page(), &[seen("a"), seen("b")]).await.unwrap();
        posts::keep(&mut tx, &page(), &[read.clone()]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.store.begin(Step::Read).await.unwrap();
        let listed = ["a", "b", "c"].map(str::to_owned);
        let mut known = posts::among(&mut tx, &page(), &listed).await.unwrap();
        known.sort_by(|one, other| one.id.cmp(&other.id));
        assert_eq!(known, [read.clone(), seen("b")]);
        let lively = posts::lively(&mut tx, &page(), at(1)).await.unwrap();
        assert_eq!(lively, [read.clone()], "an old one under which a comment waits");
        assert_eq!(posts::lively(&mut tx, &page(), at(0)).await.unwrap().len(), 2);
        assert_eq!(posts::one(&mut tx, &page(), "a").await.unwrap(), Some(read));
        assert_eq!(posts::one(&mut tx, &page(), "c").await.unwrap(), None);
    }
}
