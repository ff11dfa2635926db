//! What stands in records as a word or a number, as people read it: purposes, needs, roles, fields.
use super::Locale;
use crate::words;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::follow_ups::{FOLLOW_UP, follow_up};
use crm_domain::needs::{NEED, need};
use crm_domain::people::Role;
use crm_domain::visits::{VISIT, visit};

words! {
    /// Words of values and fields; a value of one's own is shown as it is.
    pub struct ValueWords {
        purpose_return => "回访", "Return visit";
        purpose_pitch => "推介", "Pitch";
        purpose_collect => "收款", "Collect";
        purpose_complaint => "投诉", "Complaint";
        feedback_good => "满意", "Satisfied";
        feedback_fair => "一般", "Fair";
        feedback_bad => "不满意", "Dissatisfied";
        need_speed => "宽带提速", "Faster broadband";
        need_tariff => "资费", "Tariff";
        need_fault => "故障", "Fault";
        need_install => "新装", "New line";
        need_other => "其他", "Other";
        urgent => "今天要", "Today";
        soon => "尽快", "Soon";
        whenever => "不急", "No hurry";
        manager => "客户经理", "Customer manager";
        lead => "网格长", "Grid lead";
        supervisor => "主管", "Supervisor";
        administrator => "管理员", "Administrator";

        name => "名称", "Name";
        contact => "联系人", "Contact";
        phone => "电话", "Phone";
        grid => "网格", "Grid";
        tier => "等级", "Tier";
        address => "地址", "Address";
        point => "位置", "Location";
        trade => "行业", "Trade";
        sector => "类别", "Sector";
        town => "镇街", "Town";
        unit => "村/社区", "Village or community";
        monthly_revenue => "月收入", "Monthly revenue";
        households => "户数", "Households";
        note => "备注", "Remarks";
        tags => "标签", "Tags";
        products => "产品", "Products";
        owner => "负责人", "Owner";
        role => "职务", "Role";
        earlier_visit => "上次走访", "Last visit";
        need_category => "需求", "Need";
        need_text => "需求说明", "Need details";
        urgency => "紧急程度", "Urgency";
        resolved => "解决", "Resolved";
        result => "结果", "Result";
        next_step => "下一步", "Next step";
        due => "日期", "Date";
        promised => "已答应客户", "Promised to the customer";
        purpose => "目的", "Purpose";
        feedback => "反馈", "Feedback";
        planned_for => "计划日期", "Planned for";
        archived => "归档", "Archived";
        something => "其他内容", "Something else";
    }
}

impl ValueWords {
    pub fn purpose_of(self, word: &str) -> String {
        match word {
            "return" => self.purpose_return(),
            "pitch" => self.purpose_pitch(),
            "collect" => self.purpose_collect(),
            "complaint" => self.purpose_complaint(),
            own => own,
        }
        .into()
    }

    pub fn feedback_of(self, word: &str) -> String {
        match word {
            "good" => self.feedback_good(),
            "fair" => self.feedback_fair(),
            "bad" => self.feedback_bad(),
            own => own,
        }
        .into()
    }

    pub fn need_of(self, word: &str) -> String {
        match word {
            "speed" => self.need_speed(),
            "tariff" => self.need_tariff(),
            "fault" => self.need_fault(),
            "install" => self.need_install(),
            "other" => self.need_other(),
            own => own,
        }
        .into()
    }

    pub fn urgency_of(self, urgency: i64) -> &'static str {
        match urgency {
            3.. => self.urgent(),
            2 => self.soon(),
            _ => self.whenever(),
        }
    }

    pub fn role_of(self, role: Role) -> &'static str {
        match role {
            Role::Manager => self.manager(),
            Role::Lead => self.lead(),
            Role::Supervisor => self.supervisor(),
            Role::Administrator => self.administrator(),
        }
    }

    /// The name of a record's field, for histories and conflicts.
    pub fn field_of(self, kind: u16, field: u16) -> &'static str {
        if field == crm_domain::kind::ARCHIVED {
            return self.archived();
        }
        match (kind, field) {
            (CUSTOMER, customer::name) | (CONTACT, contact::name) => self.name(),
            (CUSTOMER, customer::contact) => self.contact(),
            (CUSTOMER, customer::phone) | (CONTACT, contact::phone) => self.phone(),
            (CUSTOMER, customer::grid) => self.grid(),
            (CUSTOMER, customer::tier) => self.tier(),
            (CUSTOMER, customer::address) => self.address(),
            (CUSTOMER, customer::lat_e7 | customer::lon_e7 | customer::point_from) => self.point(),
            (CUSTOMER, customer::trade) => self.trade(),
            (CUSTOMER, customer::sector) => self.sector(),
            (CUSTOMER, customer::town) => self.town(),
            (CUSTOMER, customer::unit) => self.unit(),
            (CUSTOMER, customer::monthly_revenue) => self.monthly_revenue(),
            (CUSTOMER, customer::households) => self.households(),
            (CUSTOMER, customer::note) | (CONTACT, contact::note) | (VISIT, visit::notes) => self.note(),
            (CUSTOMER, customer::tags) => self.tags(),
            (CUSTOMER, customer::products) => self.products(),
            (CUSTOMER, customer::owner) => self.owner(),
            (CUSTOMER, customer::earlier_visit) => self.earlier_visit(),
            (CONTACT, contact::role) => self.role(),
            (NEED, need::category) => self.need_category(),
            (NEED, need::text) => self.need_text(),
            (NEED, need::urgency) => self.urgency(),
            (NEED, need::resolved_at) => self.resolved(),
            (NEED, need::result) | (FOLLOW_UP, follow_up::result) => self.result(),
            (FOLLOW_UP, follow_up::text) => self.next_step(),
            (FOLLOW_UP, follow_up::due) => self.due(),
            (FOLLOW_UP, follow_up::promised) => self.promised(),
            (FOLLOW_UP, follow_up::done_at) => self.resolved(),
            (VISIT, visit::purpose) => self.purpose(),
            (VISIT, visit::feedback) => self.feedback(),
            (VISIT, visit::planned_for) => self.planned_for(),
            _ => self.something(),
        }
    }

    /// A field's value as people read it: money, dates and words instead of numbers and codes.
    pub fn value_of(self, kind: u16, field: u16, plain: &str) -> String {
        let f = super::Format(self.0);
        let number = plain.parse::<i64>().ok();
        match (kind, field, number) {
            (CUSTOMER, customer::monthly_revenue, Some(minor)) => f.money(minor),
            (FOLLOW_UP, follow_up::due | follow_up::done_at, Some(at))
            | (CUSTOMER, customer::earlier_visit, Some(at))
            | (NEED, need::resolved_at, Some(at))
            | (VISIT, visit::planned_for, Some(at)) => f.exact(at),
            (NEED, need::urgency, Some(urgency)) => self.urgency_of(urgency).into(),
            (NEED, need::category, _) => self.need_of(plain),
            (VISIT, visit::purpose, _) => self.purpose_of(plain),
            (VISIT, visit::feedback, _) => self.feedback_of(plain),
            _ if plain == "true" => yes_no(self.0, true).into(),
            _ if plain == "false" => yes_no(self.0, false).into(),
            _ => plain.into(),
        }
    }
}

fn yes_no(locale: Locale, yes: bool) -> &'static str {
    match (locale, yes) {
        (Locale::Zh, true) => "是",
        (Locale::Zh, false) => "否",
        (Locale::En, true) => "yes",
        (Locale::En, false) => "no",
    }
}
