//! What the two demo managers meet today: the four customers of the essay on a bank's manager (6.9 to 6.16), told as
//! records, and a few neighbours with visits planned and steps due.
use crate::batch::{Ending, Pen};
use crate::calendar::{DAY, Diary, HOUR};
use crate::city::{Site, moved};
use crate::clients::Client;
use crate::draw::Draw;
use crate::year::note;
use crm_domain::follow_ups::{FOLLOW_UP, FollowUp};
use crm_domain::ids::Uuid;
use crm_domain::needs::{NEED, Need};
use crm_domain::visits::{VISIT, Visit};

/// Which of a demo manager's first grid's customers have a part today.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cast {
    /// The first demo manager: four stories, then neighbours.
    First,
    Second,
}

/// A step due so many days from today at an hour of the day.
struct Step {
    text: &'static str,
    days: i64,
    hour: i64,
    promised: bool,
}

struct Story {
    name: &'static str,
    /// Yuan a month, as befits the tier.
    tier: (&'static str, i64),
    note: &'static str,
    need: (&'static str, &'static str, &'static str),
    visit_notes: &'static str,
    step: Step,
    planned: bool,
}

const fn step(text: &'static str, days: i64, hour: i64, promised: bool) -> Step {
    Step { text, days, hour, promised }
}

const STORIES: [Story; 4] = [
    Story {
        name: "郑女士",
        tier: ("A", 7_600),
        note: "取款5万元没留密码,又忘带身份证,陪她回原行办妥。两天后带来10万元现金和26万元存单,开了金账户。",
        need: ("other", "急用现金,外地存单不能通兑", "联系原存款行,陪同取款"),
        visit_notes: "已买国债20万元、基金15万元。说在这里办事放心。",
        step: step("国债发行,打电话告诉她", 0, 10, true),
        planned: false,
    },
    Story {
        name: "赁女士",
        tier: ("B", 3_150),
        note: "姓赁,读lìn。近20万元放活期两年多,介绍理财金账户后当场办理。",
        need: ("tariff", "想知道活期以外还有什么稳妥的产品", "办理理财金账户,后购稳得利、保险6万元、基金5万元"),
        visit_notes: "对理财金账户的优惠服务很满意。",
        step: step("带稳得利新一期的说明给她", -2, 16, true),
        planned: false,
    },
    Story {
        name: "陈女士",
        tier: ("B", 2_480),
        note: "曾要求退掉5万元保险,放下手头的事赶回来,一遍遍算给她看;没有退,又加了5万元。",
        need: ("other", "对刚买的保险不放心,要求退保", "讲解产品、测算收益,客户决定不退并增加5万元"),
        visit_notes: "说以后的业务都找我办。",
        step: step("回访保险,送收益测算表", 0, 15, false),
        planned: true,
    },
    Story {
        name: "米先生",
        tier: ("A", 6_900),
        note: "84岁,拄拐杖,书法家。来办存折挂失;打电话时得知他住院,下班带补品去看望。他介绍来好几位朋友开户。",
        need: ("other", "存折遗失,挂失后七天补办", "已挂失,等满七天"),
        visit_notes: "老人行动不便,能上门就上门。",
        step: step("挂失满七天,打电话请他补办存折", 0, 11, true),
        planned: true,
    },
];

/// After the stories (for the second manager: at once), neighbours: a visit planned today, and perhaps a step.
const NEIGHBOURS: [(bool, Option<Step>); 7] = [
    (true, Some(step("答应带新的测速报告过去", 0, 16, true))),
    (true, None),
    (true, Some(step("带合同上门签约", 0, 17, false))),
    (false, Some(step("答应回电话说明专线报价", -1, 11, true))),
    (false, Some(step("催收上月欠费", -3, 15, false))),
    (false, Some(step("答应明天确认安装时间", 1, 10, true))),
    (true, None),
];

impl Cast {
    fn stories(self) -> usize {
        match self {
            Cast::First => STORIES.len(),
            Cast::Second => 0,
        }
    }

    /// How many customers have a part.
    pub fn len(self) -> usize {
        self.stories() + NEIGHBOURS.len()
    }

    /// Sets the scene: within a few minutes' walk of one another, with a phone and a point.
    pub fn dress(self, number: usize, client: &mut Client, site: &Site, phone: String) {
        let (column, row) = ((number % 4) as f64, (number / 4) as f64);
        let point = moved(site.centre, column * 90.0 - 135.0, row * 110.0 - 110.0);
        (client.row.lat_e7, client.row.lon_e7) = (Some(point.0), Some(point.1));
        client.row.point_from = Some("check-in".to_owned());
        client.row.phone.get_or_insert(phone);
        if let Some(story) = STORIES.get(number).filter(|_| number < self.stories()) {
            client.row.name = Some(story.name.to_owned());
            client.row.contact = Some(story.name.to_owned());
            (client.row.trade, client.row.sector) = (Some("个人".to_owned()), Some("个人".to_owned()));
            client.row.households = Some(1);
            client.row.tier = Some(story.tier.0.to_owned());
            client.row.monthly_revenue = Some(story.tier.1 * 100);
            client.row.products = Some(["宽带", "移动套餐"].map(str::to_owned).to_vec());
            client.row.note = Some(story.note.to_owned());
            client.row.tags = Some(vec!["优质客户".to_owned()]);
        }
    }

    /// Writes today's part. True where it is a whole story, so that no other year is drawn.
    pub fn play(self, number: usize, pen: &mut Pen, diary: &mut Diary, draw: &mut Draw) -> bool {
        if let Some(story) = STORIES.get(number).filter(|_| number < self.stories()) {
            tell(story, pen, diary, draw);
            return true;
        }
        let (planned, due) = &NEIGHBOURS[number - self.stories()];
        if *planned {
            plan(pen);
        }
        if let Some(due) = due {
            let made = made_before(pen, due);
            let id = pen.mint(made);
            write_step(pen, id, None, due, made);
        }
        false
    }
}

fn tell(story: &Story, pen: &mut Pen, diary: &mut Diary, draw: &mut Draw) {
    let span = diary.book_lately(1 + draw.below(3), 40, draw);
    let (visit, need, step) = (pen.mint(span.0), pen.mint(span.1), pen.mint(span.1));
    note(pen, story.note, span.0 - 7 * DAY);
    let (category, text, result) = story.need;
    let body = Need {
        customer: Some(pen.client.id),
        visit: Some(visit),
        category: Some(category.to_owned()),
        text: Some(text.to_owned()),
        urgency: Some(3),
        by: Some(pen.ground.owner),
        created_at: Some(span.1),
        resolved_at: Some(span.1),
        result: Some(result.to_owned()),
    };
    pen.child(NEED, need, body.into_body(), span.1);
    write_step(pen, step, Some(visit), &story.step, span.1);
    if let Some(point) = pen.client.point() {
        let ending = Ending {
            purpose: "return".to_owned(),
            feedback: Some("good".to_owned()),
            notes: Some(story.visit_notes.to_owned()),
            next: Ok(step),
        };
        pen.visit(visit, point, span, ending, draw);
    }
    if story.planned {
        plan(pen);
    }
}

/// Steps were agreed some days before they are due, before today, and not before the customer was known.
fn made_before(pen: &Pen, step: &Step) -> i64 {
    let agreed = pen.ground.today + (step.days.min(0) - 4) * DAY + 14 * HOUR;
    agreed.max(pen.client.created_at)
}

fn write_step(pen: &mut Pen, id: Uuid, visit: Option<Uuid>, step: &Step, made: i64) {
    let body = FollowUp {
        customer: Some(pen.client.id),
        visit,
        text: Some(step.text.to_owned()),
        due: Some(pen.ground.today + step.days * DAY + step.hour * HOUR),
        promised: Some(step.promised),
        by: Some(pen.ground.owner),
        done_at: None,
        result: None,
    };
    pen.child(FOLLOW_UP, id, body.into_body(), made);
}

/// A visit planned for today, noted the evening before.
fn plan(pen: &mut Pen) {
    let made = (pen.ground.today - 6 * HOUR).max(pen.client.created_at);
    let id = pen.mint(made);
    let body = Visit {
        customer: Some(pen.client.id),
        by: Some(pen.ground.owner),
        planned_for: Some(pen.ground.today),
        ..Visit::default()
    };
    pen.child(VISIT, id, body.into_body(), made);
}
