//! What is promised to whom, and by which hours.

use jiff::SignedDuration;

use super::*;

/// [`PLAIN`] with promises before its own, and hours round the clock.
fn with_promises(before: &str) -> String {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        .map(|day| format!("{{ day = \"{day}\", from = \"00:00\", to = \"24:00\" }}"))
        .join(", ");
    let always = format!(
        "[calendar.always]\ntz = \"Asia/Riyadh\"\n[[calendar.always.weekly]]\nname = \"Always\"\nbasis = \"a test\"\nfrom = \"2022-01-01\"\nhours = [{days}]\n"
    );
    format!("{}{always}", PLAIN.replace("[[promise]]", &format!("{before}\n[[promise]]")))
}

fn target(calendar: &Calendar, owed: &Owed) -> Option<Target> {
    calendar.promise(owed).map(Promise::target)
}

#[test]
fn priorities_and_languages_have_promises_of_their_own() {
    let calendar = read(&with_promises(
        "[[promise]]\npriorities = [\"urgent\", \"high\"]\nlanguages = [\"english\"]\nworking_hours = 2\n",
    ));
    let plain = owed(Platform::X, Kind::Question);
    let (priority, language) = (Priority::Urgent, Language::English);
    let two = Some(Target::WorkingSeconds(hours(2)));
    let eight = Some(Target::WorkingSeconds(hours(8)));
    assert_eq!(target(&calendar, &Owed { priority, language, ..plain.clone() }), two);
    assert_eq!(target(&calendar, &Owed { priority, ..plain.clone() }), eight);
    assert_eq!(target(&calendar, &Owed { language, ..plain }), eight);
}

#[test]
fn a_promise_for_a_team_is_made_to_what_is_routed_to_it() {
    let for_licensing = "[[promise]]\nteams = [\"licensing\"]\nworking_hours = 4\n";
    let calendar = read(&with_promises(for_licensing));
    let of = |team: Option<&str>| {
        let team = team.map(|team| team.parse().unwrap());
        target(&calendar, &Owed { team, ..owed(Platform::X, Kind::Question) })
    };
    let (four, eight) = (Some(Target::WorkingSeconds(hours(4))), Some(Target::WorkingSeconds(hours(8))));
    assert_eq!((of(Some("licensing")), of(Some("admissions")), of(None)), (four, eight, eight));
}

#[test]
fn only_a_first_reply_must_be_promised() {
    let calendar = read(&with_promises("[[promise]]\nclock = \"solve\"\nworking_days = 10\n"));
    let plain = owed(Platform::X, Kind::Complaint);
    let by = |clock| target(&calendar, &Owed { clock, ..plain.clone() });
    assert_eq!(by(ClockKind::FirstReply), Some(Target::WorkingSeconds(hours(8))));
    assert_eq!(by(ClockKind::NextReply), None);
    assert!(matches!(by(ClockKind::Solve), Some(Target::WorkingDays { days, .. }) if days.get() == 10));
}

#[test]
fn a_promise_may_be_counted_in_other_hours_and_its_proof_says_so() {
    let urgent =
        "[[promise]]\npriorities = [\"urgent\"]\ncalendar = \"always\"\nurgent = true\nworking_hours = 4\n";
    let calendar = read(&with_promises(urgent));
    let plain = owed(Platform::X, Kind::Question);
    let promise = calendar.promise(&Owed { priority: Priority::Urgent, ..plain.clone() }).unwrap();
    assert!(promise.is_urgent() && !calendar.promise(&plain).unwrap().is_urgent());
    let saturday_night = at("2026-11-28T23:00");
    let deadline = calendar.due(saturday_night, promise, &Pauses::NONE).unwrap();
    deadline.proof.check().unwrap();
    assert_eq!(deadline.due_at, at("2026-11-29T03:00"));
    assert_eq!((&*deadline.proof.hours, &*deadline.proof.time_zone), ("always", "Asia/Riyadh"));
    let official = calendar.due(saturday_night, calendar.promise(&plain).unwrap(), &Pauses::NONE).unwrap();
    assert_eq!(official.proof.hours, OFFICIAL);
    assert!(calendar.hours("always").unwrap().is_open(saturday_night).unwrap());
    assert!(!calendar.hours(OFFICIAL).unwrap().is_open(saturday_night).unwrap());
    assert!(calendar.hours("never").is_none());
}

#[test]
fn offices_that_cover_for_each_other_are_open_while_one_of_them_is() {
    let hours = |name: &str, day: &str, from: &str, to: &str| {
        format!(
            "[calendar.{name}]\ntz = \"Asia/Dubai\"\n[[calendar.{name}.weekly]]\nname = \"{name}\"\nbasis = \"a test\"\n\
             from = \"2022-01-01\"\nhours = [{{ day = \"{day}\", from = \"{from}\", to = \"{to}\" }}]\n"
        )
    };
    let calendar = read(&format!(
        "{}{}{}[cover.rota]\nof = [\"evening\", \"weekend\", \"official\"]\n",
        with_promises("[[promise]]\npriorities = [\"urgent\"]\ncalendar = \"rota\"\nworking_hours = 8\n"),
        hours("evening", "mon", "14:00", "02:00"),
        hours("weekend", "sat", "10:00", "12:00"),
    ));
    let [rota, official, evening, weekend] =
        ["rota", OFFICIAL, "evening", "weekend"].map(|name| calendar.hours(name).unwrap());
    let start = at("2026-11-28T00:00");
    for minute in 0..7 * 24 * 60 {
        let at = start + SignedDuration::from_mins(minute);
        let open = [official, evening, weekend].iter().any(|hours| hours.is_open(at).unwrap());
        assert_eq!(rota.is_open(at).unwrap(), open, "{at}");
    }
    let plain = owed(Platform::X, Kind::Question);
    let promise = calendar.promise(&Owed { priority: Priority::Urgent, ..plain }).unwrap();
    // Saturday from 10:00 to 12:00, then Monday from the opening.
    let deadline = calendar.due(at("2026-11-28T09:00"), promise, &Pauses::NONE).unwrap();
    deadline.proof.check().unwrap();
    let monday = official.next_open(at("2026-11-30T00:00")).unwrap();
    assert_eq!(deadline.due_at, monday + SignedDuration::from_hours(6));
    let named: Vec<&str> = deadline.proof.regimes.iter().map(|regime| regime.name.as_str()).collect();
    assert!(named.contains(&"evening") && named.contains(&"weekend"), "{named:?}");
}

#[test]
fn a_target_is_read_from_a_word_within_the_bounds_of_a_promise() {
    let time = |minutes: u64| Ok(Target::WorkingSeconds(WorkingSeconds(minutes * 60)));
    assert_eq!("90m".parse(), time(90));
    assert_eq!("8h".parse(), time(480));
    assert_eq!("8784h".parse::<Target>(), time(366 * 24 * 60));
    let days = Target::WorkingDays { days: 2.try_into().unwrap(), ends: DayEnd::EndOfDay };
    assert_eq!("2d".parse(), Ok(days));
    for word in ["", "h", "0h", "-1h", "8", "8 h", "8785h", "367d", "4294967295h", "2w", "٨h", "8س"] {
        assert_eq!(word.parse::<Target>(), Err(NoTarget), "{word:?}");
    }
}
