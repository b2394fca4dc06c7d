//! Who is at the other end of a connection, as far as that can be trusted, and by what they are counted.

use std::net::{IpAddr, Ipv6Addr};

/// The nearest address that is no proxy of our own; what stands further left can be written by anybody.
///
/// `told` are the values of `X-Forwarded-For`, in the order in which they came.
pub fn nearest<'a>(peer: IpAddr, proxies: &[IpAddr], told: impl IntoIterator<Item = &'a str>) -> IpAddr {
    let mut nearest = peer.to_canonical();
    if !proxies.contains(&nearest) {
        return nearest;
    }
    let hops: Vec<&str> = told.into_iter().flat_map(|value| value.split(',')).map(str::trim).collect();
    for hop in hops.into_iter().rev() {
        if !proxies.contains(&nearest) {
            break;
        }
        let Ok(next) = hop.parse::<IpAddr>() else { break };
        nearest = next.to_canonical();
    }
    nearest
}

/// What an address is counted by: of an IPv6 address the network, since one machine has all the rest.
pub fn counted(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(peer: &str, proxies: &[&str], told: &[&str]) -> String {
        let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| proxy.parse().expect("an address")).collect();
        counted(nearest(peer.parse().expect("an address"), &proxies, told.iter().copied()))
    }

    #[test]
    fn whoever_writes_the_header_of_a_proxy_does_not_get_another_address() {
        for round in 0..10_000_u32 {
            let told = format!("198.51.{}.{}", round / 256 % 256, round % 256);
            assert_eq!(asked("192.0.2.1", &[], &[&told]), "192.0.2.1");
            assert_eq!(asked("10.0.0.1", &["10.0.0.1"], &[&format!("{told}, 192.0.2.7")]), "192.0.2.7");
        }
    }

    #[test]
    fn behind_proxies_of_our_own_the_nearest_address_that_is_none_of_them_counts() {
        let own = ["10.0.0.1", "10.0.0.2"];
        assert_eq!(asked("10.0.0.1", &own, &["203.0.113.9, 192.0.2.7", "10.0.0.2"]), "192.0.2.7");
        assert_eq!(asked("10.0.0.1", &own, &[]), "10.0.0.1");
        assert_eq!(asked("10.0.0.1", &own, &["192.0.2.7, nonsense"]), "10.0.0.1");
        assert_eq!(asked("::ffff:10.0.0.1", &own, &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(asked("2001:db8:1:2:3:4:5:6", &[], &[]), "2001:db8:1:2::/64");
    }
}
