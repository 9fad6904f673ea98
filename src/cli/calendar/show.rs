//! A month of the working calendar, day by day, with Hijri dates beside the Gregorian ones.

use std::path::PathBuf;

use clap::Args;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;

use super::super::tongue::Tongue;
use super::super::{Answer, ConfigArgs, Failure, table};
use crate::config;
use crate::domain::calendar::{Calendar, HijriDate, Hours, OFFICIAL, Offered, Regime, WorkingSeconds};
use crate::domain::lang::{Lang, when};
use crate::store::documents::{self, DocumentKind};

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// The month, such as 2026-03
    #[arg(value_parser = month)]
    month: Date,
    /// Which of its hours
    #[arg(long, value_name = "NAME", default_value = OFFICIAL)]
    calendar: String,
    #[command(flatten)]
    tongue: Tongue,
    /// A calendar file, instead of the calendar in force
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) async fn run(args: ShowArgs) -> Result<Answer, Failure> {
    let ShowArgs { month, calendar: name, tongue, file, config } = args;
    let lang = tongue.lang();
    let (title, text) = match file {
        Some(file) => {
            let document = config::calendar_file(&file).map_err(Failure::Refused)?;
            (file.display().to_string(), document.text)
        }
        None => {
            config
                .with_store(async |config, store| {
                    Ok(match documents::adopted(store, DocumentKind::Calendar).await? {
                        Some(adopted) => (
                            lang.pick("التقويم المعمول به", "the calendar in force").to_owned(),
                            adopted.text,
                        ),
                        None => {
                            let title = lang.pick(
                                "الملف المرفق بالإعدادات، إذ لا تقويم معمولًا به بعد",
                                "the file beside the configuration, as none is in force yet",
                            );
                            (title.to_owned(), config.calendar.text.clone())
                        }
                    })
                })
                .await?
        }
    };
    let calendar = Calendar::parse(&title, &text).map_err(Failure::Refused)?;
    let Some(hours) = calendar.hours(&name) else {
        let known: Vec<&str> = calendar.all_hours().map(Hours::name).collect();
        return Err(Failure::Usage(format!(
            "no hours are called `{name}` in {title}; there are: {}",
            known.join(", ")
        )));
    };
    Ok(shown(lang, &title, hours, month))
}

fn shown(lang: Lang, title: &str, hours: &Hours, month: Date) -> Answer {
    let days: Vec<Offered> = month
        .series(1.day())
        .take_while(|date| date.month() == month.month())
        .map(|date| hours.on(date))
        .collect();
    let rows: Vec<Vec<String>> = days.iter().map(|day| row(lang, day)).collect();
    let total = WorkingSeconds(days.iter().map(|day| day.working_time.0).sum());
    let headings = lang.pick(
        ["اليوم", "الميلادي", "الهجري (محسوب)", "ساعات العمل", "القاعدة"],
        ["day", "date", "Hijri (computed)", "hours", "by"],
    );
    let text = format!(
        "{}: {} ({}), {}\n\n{}\n{} {}",
        hours.name(),
        month.strftime("%Y-%m"),
        hours.time_zone().iana_name().unwrap_or_default(),
        title,
        table(&headings, &rows),
        lang.pick("مجموع وقت العمل:", "Working time:"),
        when::working_time(lang, total),
    );
    let objects: Vec<_> = days.iter().map(object).collect();
    Answer::done(text, json!({ "hours": hours.name(), "days": objects, "working_s": total }))
}

fn row(lang: Lang, day: &Offered) -> Vec<String> {
    let hijri = HijriDate::of(day.date)
        .map_or_else(String::new, |hijri| format!("{} {} {}", hijri.day, hijri.month_name(lang), hijri.year));
    let open = match day.hours.is_empty() {
        true => lang.pick("مغلق", "closed").to_owned(),
        false => day.hours.join(", "),
    };
    let rule = |regime: &Regime| match regime.status.is_provisional() {
        true => format!("{} ({})", regime.name, lang.pick("لم يُعلن بعد", "not announced yet")),
        false => regime.name.clone(),
    };
    let rules: Vec<String> = day.regimes.iter().map(rule).collect();
    let weekday = when::weekday(lang, day.date.weekday()).to_owned();
    vec![weekday, day.date.to_string(), hijri, open, rules.join(", ")]
}

fn object(day: &Offered) -> serde_json::Value {
    json!({
        "date": day.date, "hijri": HijriDate::of(day.date).map(|hijri| hijri.to_string()), "hours": day.hours,
        "working_s": day.working_time, "rules": day.regimes,
    })
}

/// A month by its first day.
fn month(text: &str) -> Result<Date, String> {
    let wrong =
        || format!("`{text}` is not a month from 1970-01 to 2200-12; write year and month, such as 2026-03");
    let first = format!("{text}-01").parse::<Date>().map_err(|_| wrong())?;
    if text.len() == 7 && (1970..=2200).contains(&first.year()) { Ok(first) } else { Err(wrong()) }
}
