//! The data files: CSV in the convention of the municipal open data, JSON, JSON-LD, XPOC and trust.txt.

use crate::bundle::{Base, Bundle, Site};
use crate::uri::uri;
use crate::{Fault, dates};
use domain::listing::ListingRecord;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The columns of the CSV.
const COLUMNS: [&str; 13] = [
    "全国地方公共団体コード",
    "ID",
    "団体名",
    "種類",
    "アカウント名",
    "ユーザー名",
    "URL",
    "目的",
    "所管部署",
    "公式ページURL",
    "開始日",
    "状態",
    "更新日",
];

/// The list as CSV: BOM, CRLF, RFC 4180, no cell that a spreadsheet would run.
pub(crate) fn csv(site: &Site, base: &Base, records: &[&ListingRecord]) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    line(&mut text, &COLUMNS);
    for record in records {
        let started = record.started_on.map(|day| day.to_string()).unwrap_or_default();
        line(
            &mut text,
            &[
                &record.municipality,
                &record.account,
                &site.municipality_name,
                &record.network_label,
                &record.name,
                record.handle.as_deref().unwrap_or_default(),
                &uri(&record.url).unwrap_or_else(|| record.url.clone()),
                &record.purpose,
                &record.unit,
                &base.account(&record.account),
                &started,
                "掲載中",
                &record.listed_on.to_string(),
            ],
        );
    }
    text.into_bytes()
}

/// Appends one line of cells.
fn line(text: &mut String, cells: &[&str]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        // Full-width signs start a formula too where the spreadsheet folds width.
        let armed = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        let quoted = cell.contains([',', '"', '\r', '\n']);
        if quoted {
            text.push('"');
        }
        if armed {
            text.push('\'');
        }
        text.push_str(&if quoted { cell.replace('"', "\"\"") } else { (*cell).to_owned() });
        if quoted {
            text.push('"');
        }
    }
    text.push_str("\r\n");
}

/// The list as JSON: every record as it is, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccountsFile {
    /// 全国地方公共団体コード.
    pub(crate) municipality: String,
    /// The municipality's name.
    pub(crate) municipality_name: String,
    /// The list's title.
    pub(crate) title: String,
    /// When the list was made, RFC 3339.
    pub(crate) built_at: String,
    /// Until when it may be trusted, RFC 3339.
    pub(crate) valid_until: String,
    /// The size of the ledger that it rests on.
    pub(crate) ledger_size: u64,
    /// The records in the list's order.
    pub(crate) accounts: Vec<ListingRecord>,
}

/// The JSON file's content.
pub(crate) fn accounts(bundle: &Bundle, records: &[&ListingRecord]) -> Result<AccountsFile, Fault> {
    Ok(AccountsFile {
        municipality: bundle.site.municipality_code.clone(),
        municipality_name: bundle.site.municipality_name.clone(),
        title: bundle.site.title.clone(),
        built_at: dates::rfc3339(bundle.built_at)?,
        valid_until: dates::rfc3339(bundle.valid_until)?,
        ledger_size: bundle.ledger_size,
        accounts: records.iter().map(|record| (*record).clone()).collect(),
    })
}

/// The municipality with its accounts, as schema.org says it.
pub(crate) fn organization(site: &Site, base: &Base, records: &[&ListingRecord]) -> Value {
    let mut body = municipality(site, base);
    if let Some(object) = body.as_object_mut() {
        object.insert("@context".into(), "https://schema.org".into());
        object.insert("sameAs".into(), records.iter().filter_map(|r| uri(&r.url)).collect());
    }
    body
}

/// The unit behind one account, as schema.org says it.
pub(crate) fn unit(site: &Site, base: &Base, record: &ListingRecord) -> Value {
    json!({
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization",
        "name": record.unit,
        "url": base.account(&record.account),
        "parentOrganization": municipality(site, base),
        "sameAs": uri(&record.url).into_iter().collect::<Vec<_>>(),
    })
}

/// The municipality alone.
fn municipality(site: &Site, base: &Base) -> Value {
    json!({
        "@type": "GovernmentOrganization",
        "name": site.municipality_name,
        "url": base.url,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "全国地方公共団体コード",
            "value": site.municipality_code,
        },
    })
}

/// JSON that may stand inside an HTML element: no letter in it can end the element.
pub(crate) fn inside_html(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The XPOC manifest, version 0.3.
pub(crate) fn xpoc(bundle: &Bundle, base: &Base, records: &[&ListingRecord]) -> Result<Value, Fault> {
    let accounts: Vec<Value> = records
        .iter()
        .filter_map(|record| uri(&record.url).map(|url| (record, url)))
        .map(|(record, url)| {
            json!({
                "account": record.handle.as_ref().unwrap_or(&record.name),
                "platform": bundle.site.words.platform(&record.network),
                "url": url,
            })
        })
        .collect();
    Ok(json!({
        "name": bundle.site.municipality_name,
        "baseurl": base.bare,
        "version": "0.3",
        "updated": dates::rfc3339(bundle.built_at)?,
        "accounts": accounts,
        "content": [],
    }))
}

/// trust.txt: one line for each account.
pub(crate) fn trust(base: &Base, records: &[&ListingRecord]) -> String {
    let mut text = format!("# {}\n", base.url);
    for url in records.iter().filter_map(|record| uri(&record.url)) {
        text.push_str("social=");
        text.push_str(&url);
        text.push('\n');
    }
    text
}
