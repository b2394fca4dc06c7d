//! What has happened in a town before a test begins: the short stories that many tests start from.

use actions::{Opening, Stepping};
use domain::evidence::{Decision, Evidence, ListingPlace};
use domain::id::{AccountId, CaseId};
use domain::policy::Policy;

use crate::town::{Town, on, who};

impl Town {
    /// An opening of 観光課 with its policy written.
    pub async fn drafted(&self, policy: Policy) -> String {
        let case = self.opens("s1-staff").await.case.expect("a case");
        self.drafts(&case, "s1-staff", policy).await.expect("drafted");
        case
    }

    /// The same, filed by the head.
    pub async fn filed(&self, policy: Policy) -> String {
        let case = self.drafted(policy).await;
        self.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        case
    }

    /// An account that became official by notice: filed with a contact, numbered and listed.
    pub async fn listed_by_notice(&self, policy: Policy) -> (String, AccountId) {
        let case = self.drafted(policy).await;
        let filing = on(&case, "file", Evidence::Filing { paper: None });
        let filing = Stepping { contact_person: Some("髙橋 𠮷子".to_owned()), ..filing };
        self.city.step(&filing, &who("s1-head"), None).await.expect("filed");
        self.does(&case, "receive", "s3-staff", Evidence::Receipt).await.expect("received");
        self.does(&case, "list", "s3-staff", Evidence::Listing(ListingPlace::Here)).await.expect("listed");
        let account = self.city.case(&CaseId::from(case.as_str())).await.expect("the case").account.id;
        (case, account)
    }

    /// An account that was decided in the city's own document system, acquired, filed and listed.
    pub async fn listed_by_decision(&self, policy: Policy) -> String {
        let case = self.drafted(Policy { url: None, ..policy.clone() }).await;
        let decision = Decision { document_number: Some("秘第12号".to_owned()), ..Decision::default() };
        self.does(&case, "decide", "d1-head", Evidence::Decision(decision)).await.expect("decided");
        let acquired = Evidence::Acquisition { url: policy.url.expect("its address"), stable_id: None };
        self.does(&case, "acquire", "s1-staff", acquired).await.expect("acquired");
        self.does(&case, "file", "s1-head", Evidence::Filing { paper: None }).await.expect("filed");
        self.does(&case, "list", "s3-head", Evidence::Listing(ListingPlace::Here)).await.expect("listed");
        case
    }

    /// A further case on an account that stands.
    pub async fn goes_on(&self, procedure: &str, account: &AccountId) -> String {
        let order = Opening {
            procedure: procedure.to_owned(),
            account: Some(account.clone()),
            reason: Some("案内を一つにまとめるため".to_owned()),
            ..Opening::default()
        };
        self.city.open(&order, &who("s1-head"), None).await.expect("the case opens").case.expect("a case")
    }
}
