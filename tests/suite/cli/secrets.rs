//! A secret never prints: not in what holds, not in what is wrong, not by the doctor.

use std::process::Output;

use super::House;

/// Words that occur nowhere else, in the forms of real secrets.
const PLANTED: [&str; 6] = [
    "EAABplantedFacebookToken0123456789abcdefghij",
    "plantedAppSecret0123456789abcdef",
    "IGQVplantedInstagramToken0123456789abcdef",
    "plantedXClientSecret0123456789",
    "plantedXRefreshToken0123456789:1:0:rt:1",
    "GOCSPX-plantedYoutubeSecret0123",
];

/// All that a command printed, once it is sure that nothing planted is in it.
fn without_secrets(output: &Output) -> String {
    let printed = String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap();
    let found = PLANTED.iter().find(|secret| printed.contains(**secret));
    assert_eq!(found, None, "{printed}");
    printed
}

#[test]
fn what_holds_names_every_secret_and_shows_none() {
    let mut house = House::new();
    plant(&mut house);
    for words in ["config dump", "config dump --json", "config check", "doctor", "doctor --json"] {
        let printed = without_secrets(&house.majlis(words));
        if words.starts_with("config dump") {
            assert_eq!(printed.matches("[secret]").count(), PLANTED.len() + 1, "{printed}");
        }
    }
}

/// Every source on, with planted secrets, and platforms that are not there.
fn plant(house: &mut House) {
    let [page_token, app_secret, instagram_token, x_client_secret, x_refresh, youtube_secret] = PLANTED;
    house.secret("ministry-facebook.token", page_token);
    house.secret("ministry-facebook.app_secret", app_secret);
    house.secret("ministry-instagram.token", instagram_token);
    house.secret("ministry-x.client_secret", x_client_secret);
    house.secret("ministry-x.refresh_token", x_refresh);
    house.secret("ministry-youtube.client_secret", youtube_secret);
    house.secret("ministry-youtube.refresh_token", "not planted");
    for index in 0..4 {
        house.flags.push(format!("--set=source[{index}].enabled=true"));
        house.flags.push(format!("--set=source[{index}].api_base=http://127.0.0.1:9"));
        if index > 0 {
            house.flags.push(format!("--set=source[{index}].token_endpoint=http://127.0.0.1:9/token"));
        }
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_refused_and_not_repeated() {
    let [token, ..] = PLANTED;
    let mistakes = [
        // Where its file should be named.
        ("token_file = \"secrets/ministry-facebook.token\"", format!("token_file = \"{token}\"")),
        // In the file itself, with quotes and without.
        ("token_file = \"secrets/ministry-facebook.token\"", format!("token = \"{token}\"")),
        ("token_file = \"secrets/ministry-facebook.token\"", format!("token_file = {token}")),
        ("url = \"sqlite:majlis.db\"", format!("url = \"postgres://majlis:{token}@db.example/majlis\"")),
        ("url = \"sqlite:majlis.db\"", format!("url = \"postgres://db.example/majlis?password={token}\"")),
        ("url = \"sqlite:majlis.db\"", format!("url = \"mysql://majlis:{token}@db.example/majlis\"")),
    ];
    for (place, mistake) in mistakes {
        let house = House::new();
        house.secret("ministry-facebook.app_secret", "word");
        let facebook = "platform = \"facebook\"\nenabled = ";
        house.edit("majlis.toml", &format!("{facebook}false"), &format!("{facebook}true"));
        house.edit("majlis.toml", place, &mistake);
        for words in ["config check", "config dump --json", "doctor"] {
            let output = house.majlis(words);
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            without_secrets(&output);
        }
    }
}

#[test]
fn a_secret_of_the_environment_stays_there() {
    let house = House::new();
    let [token, ..] = PLANTED;
    let flags = ["--set=source[0].enabled=true", "--set=source[0].app_secret_file=gone"];
    let output = house
        .command("config check")
        .args(flags)
        .env("MAJLIS_SECRET__MINISTRY_FACEBOOK__TOKEN", token)
        .env("MAJLIS__SOURCE__TOKEN", token)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    without_secrets(&output);
}

#[test]
fn a_token_of_staff_is_not_repeated_when_it_is_refused() {
    let house = House::new();
    let [token, ..] = PLANTED;
    let output = house.majlis_as(token, "comments approve 1", &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    without_secrets(&output);
}
