//! The network address a request comes from.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The network that `text` names: `10.1.0.0/16`, or one address.
pub fn network(text: &str) -> Option<IpNet> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .ok()
}

/// Where a request that reached us from `peer` comes from. What a proxy of `trusted` says in `X-Forwarded-For` is
/// believed, read from its end: each proxy adds the address it was reached from, and the first of them that is no proxy
/// of ours is who asks. What stands before it anybody may have written.
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let ours = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut last = peer.to_canonical();
    let said = headers
        .get_all(FORWARDED_FOR)
        .into_iter()
        .rev()
        .flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
    for address in said {
        if !ours(last) {
            break;
        }
        let Ok(address) = address.trim().parse::<IpAddr>() else {
            break;
        };
        last = address.to_canonical();
    }
    last
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(peer: &str, said: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<_> = trusted.iter().map(|text| network(text).unwrap()).collect();
        address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_unless_named() {
        assert_eq!(of("10.1.0.1", &["203.0.113.7"], &[]), "10.1.0.1");
        assert_eq!(
            of("10.1.0.1", &["203.0.113.7"], &["10.2.0.0/16"]),
            "10.1.0.1"
        );
    }

    #[test]
    fn a_proxy_says_who_asks() {
        assert_eq!(
            of("10.1.0.1", &["203.0.113.7"], &["10.1.0.1"]),
            "203.0.113.7"
        );
        assert_eq!(
            of("::ffff:10.1.0.1", &["203.0.113.7"], &["10.1.0.0/16"]),
            "203.0.113.7"
        );
        assert_eq!(of("10.1.0.1", &[], &["10.1.0.1"]), "10.1.0.1");
    }

    #[test]
    fn what_the_asker_wrote_is_not_believed() {
        assert_eq!(
            of("10.1.0.1", &["192.0.2.1, 203.0.113.7"], &["10.1.0.1"]),
            "203.0.113.7"
        );
        assert_eq!(
            of("10.1.0.1", &["192.0.2.1", "203.0.113.7"], &["10.1.0.1"]),
            "203.0.113.7"
        );
        assert_eq!(
            of("10.1.0.1", &["203.0.113.7, nonsense"], &["10.1.0.1"]),
            "10.1.0.1"
        );
    }

    #[test]
    fn proxies_behind_proxies_are_passed() {
        assert_eq!(
            of(
                "10.1.0.1",
                &["192.0.2.1, 203.0.113.7, 10.1.0.2"],
                &["10.1.0.0/16"]
            ),
            "203.0.113.7"
        );
    }

    #[test]
    fn a_network_is_a_network() {
        assert_eq!(network("10.1.0.0/16").unwrap().to_string(), "10.1.0.0/16");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        assert_eq!(network("proxy.example.vn"), None);
    }
}
