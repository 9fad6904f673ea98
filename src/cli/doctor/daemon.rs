//! What the daemon says of itself, where it runs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;

use super::super::chain;
use super::Illness;

/// A daemon that is this slow to say how it is, is not well.
const PATIENCE: Duration = Duration::from_secs(10);

const LOOK_AT_THE_LOG: &str = "its log says why (`journalctl -u majlis` where systemd runs it)";

/// What the daemon that listens at `listen` says; that none runs is no illness.
pub(super) async fn readiness(listen: SocketAddr) -> Result<String, Illness> {
    let address = SocketAddr::new(reachable(listen.ip()), listen.port());
    let answer = async {
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        let response = client.get(format!("http://{address}/readyz")).send().await?;
        response.text().await
    };
    match answer.await {
        Ok(text) => read(&text).unwrap_or_else(|| {
            let what = format!("another program answers at {address}");
            Err(Illness::new(what, "stop it, or set `service.listen` to a free address"))
        }),
        Err(error) if error.is_connect() => Ok("does not run".to_owned()),
        Err(error) => {
            let what = format!("does not say how it is: {}", chain(&error.without_url()));
            Err(Illness::new(what, LOOK_AT_THE_LOG))
        }
    }
}

/// An address that is every address can be called on this machine's own.
fn reachable(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    }
}

/// The words of `/readyz`; `None` for anything else.
fn read(text: &str) -> Option<Result<String, Illness>> {
    let state: Value = serde_json::from_str(text).ok()?;
    if state.get("ready")?.as_bool()? {
        return Some(Ok("runs and is ready".to_owned()));
    }
    let why = match state.get("database")?.as_str()? {
        "writable" => {
            let waited = state.pointer("/queue/oldest_due_seconds")?.as_i64()?;
            format!("its oldest job has waited for {waited} seconds")
        }
        _ => "it cannot use its database".to_owned(),
    };
    Some(Err(Illness::new(format!("runs and is not ready: {why}"), LOOK_AT_THE_LOG)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<Result<String, String>> {
        read(text).map(|found| found.map_err(|illness| illness.what))
    }

    #[test]
    fn the_daemons_own_words_are_passed_on() {
        let ready =
            r#"{"ready":true,"database":"writable","queue":{"moving":true,"due":0,"oldest_due_seconds":0}}"#;
        assert_eq!(told(ready), Some(Ok("runs and is ready".into())));
        let stuck = r#"{"ready":false,"database":"writable","queue":{"moving":false,"due":3,"oldest_due_seconds":700}}"#;
        let said = "runs and is not ready: its oldest job has waited for 700 seconds";
        assert_eq!(told(stuck), Some(Err(said.into())));
        assert_eq!(told("<html>welcome</html>"), None);
        assert_eq!(told("{}"), None);
    }
}
