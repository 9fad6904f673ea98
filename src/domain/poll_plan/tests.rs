//! What a plan must do, whatever its figures are.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

const DAY: i64 = 24 * 60;

fn minute(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn budget(calls: u32) -> Budget {
    Budget { calls, until: minute(2 * DAY) }
}

/// A post of the first day's midnight that got a comment every so many minutes until it was read at the second's.
fn post(every: usize) -> Post {
    let mut post = Post::new(minute(0));
    (0..DAY).step_by(every).for_each(|at| post.arrived(minute(at)));
    post.read(minute(DAY));
    post
}

fn gap(plan: &Plan, post: &Post) -> f64 {
    plan.due_at(post).duration_since(post.read_at).as_secs_f64()
}

/// How often these posts are read until the budget's end, replanned each quarter of an hour, if nothing comes any more.
fn readings(mut posts: Vec<Post>, mut budget: Budget) -> u32 {
    let (all, mut now) = (budget.calls, minute(DAY));
    while now < budget.until {
        let plan = Plan::new(&posts, budget, now);
        for post in &mut posts {
            while budget.calls > 0 && plan.due_at(post) < now + SignedDuration::from_mins(15) {
                post.read(plan.due_at(post).max(now));
                budget.calls -= 1;
            }
        }
        now += SignedDuration::from_mins(15);
    }
    all - budget.calls
}

#[test]
fn posts_are_read_in_proportion_to_the_roots_of_their_rates() {
    let posts = [post(4), post(16), post(64)];
    let plan = Plan::new(&posts, budget(500), minute(DAY));
    let [often, seldom, rarely] = posts.map(|post| gap(&plan, &post));
    assert!((1.9..2.1).contains(&(seldom / often)), "{}", seldom / often);
    assert!((1.9..2.1).contains(&(rarely / seldom)), "{}", rarely / seldom);
}

#[test]
fn the_budget_is_spent_and_lasts_the_day() {
    for calls in [20, 200, 2_000] {
        let spent = readings(vec![post(4), post(16), post(64), post(DAY as usize)], budget(calls));
        assert!(spent > calls * 9 / 10, "{spent} of {calls}");
    }
}

#[test]
fn without_calls_nothing_is_due() {
    let posts = [post(4)];
    assert!(Plan::new(&posts, budget(0), minute(DAY)).due_at(&posts[0]) > budget(0).until);
}

#[test]
fn without_posts_there_is_a_plan_all_the_same() {
    let plan = Plan::new(&[], budget(100), minute(DAY));
    assert!(plan.due_at(&Post::new(minute(DAY))) < minute(DAY + 1), "there is nothing else to spend it on");
}

#[test]
fn gaps_lengthen_as_a_rate_falls() {
    let mut post = Post::new(minute(0));
    for half in 0..8 {
        let every = 1 << half;
        (half * 180..(half + 1) * 180).step_by(every).for_each(|at| post.arrived(minute(at as i64)));
    }
    post.read(minute(DAY));
    let plan = Plan::new(&[post], budget(8), minute(DAY));
    let mut last = 0.0;
    for _ in 0..5 {
        let next = gap(&plan, &post);
        assert!(next > 1.05 * last, "{next} after {last}");
        last = next;
        post.read(plan.due_at(&post));
    }
}

#[test]
fn a_post_under_which_comments_are_known_to_wait_is_due_before_one_that_is_known_to_have_none() {
    let (mut told, mut quiet) = (post(60), post(60));
    let now = minute(DAY + 30);
    told.counted(1, now);
    quiet.counted(0, now);
    let plan = Plan::new(&[told, quiet, post(60)], budget(72), now);
    assert_eq!(plan.due_at(&told), now);
    assert!(plan.due_at(&post(60)) < plan.due_at(&quiet));
}

#[test]
fn a_new_post_is_taken_for_one_like_the_others_of_the_account() {
    let due_in = |every| {
        let plan = Plan::new(&[post(every); 20], budget(2_000), minute(DAY));
        gap(&plan, &Post::new(minute(DAY)))
    };
    // The same calls for all: it is the share of the new one that counts, at once larger than that of posts a day old.
    assert!(due_in(10) < 40.0 * 60.0);
    let mixed: Vec<Post> = (0..20).map(|number| post(if number % 2 == 0 { 10 } else { 400 })).collect();
    let plan = Plan::new(&mixed, budget(2_000), minute(DAY));
    let new = gap(&plan, &Post::new(minute(DAY)));
    assert!(gap(&plan, &mixed[0]) < new * 2.0 && new < gap(&plan, &mixed[1]));
}

#[test]
fn comments_that_come_as_often_as_ever_are_told_from_those_that_pass() {
    let steady = Habits::of(&[post(2)], minute(DAY)).decay;
    let mut brief = Post::new(minute(0));
    (0..600).for_each(|number| brief.arrived(minute(number % 120)));
    brief.read(minute(DAY));
    let brief = Habits::of(&[brief], minute(DAY)).decay;
    assert!(steady < 1.0 / 48.0, "{steady}");
    assert!((0.6..1.4).contains(&brief), "an hour's mean life: {brief}");
}

#[test]
fn a_post_of_years_ago_is_due_when_it_is_said_to_have_something_and_else_never() {
    let mut old = Post::new(minute(0));
    let now = minute(3 * 365 * DAY);
    old.read(now);
    let until = now + SignedDuration::from_hours(24);
    let plan = Plan::new(&[old], Budget { calls: 100, until }, now);
    assert!(plan.due_at(&old) > until);
    old.counted(1, now);
    assert_eq!(plan.due_at(&old), now);
}

proptest! {
    #[test]
    fn more_calls_make_no_post_wait_longer(every in 1_usize..700, calls in 0_u32..5_000, more in 1_u32..5_000) {
        let posts = [post(every), post(30), Post::new(minute(DAY - 60))];
        let [few, many] = [calls, calls + more].map(|calls| Plan::new(&posts, budget(calls), minute(DAY)));
        for post in &posts {
            prop_assert!(many.due_at(post) <= few.due_at(post));
        }
    }

    #[test]
    fn no_post_is_due_before_it_was_last_looked_at(
        every in 1_usize..1_500, waiting in 0_i64..1_000, listed in 0_i64..100_000, calls in 0_u32..100_000,
    ) {
        let mut post = post(every);
        post.counted(waiting, minute(DAY + listed));
        prop_assert!(Plan::new(&[post], budget(calls), minute(DAY)).due_at(&post) >= post.counted_at);
    }
}
