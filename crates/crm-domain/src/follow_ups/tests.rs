use super::*;
use crate::bucket::Grants;
use crate::ids::Ids;
use crate::op::Change;
use crate::rules::{Actor, Admission, admit};
use crate::val::Body;

#[test]
fn a_follow_up_cannot_lack_a_date() {
    let actor = Actor { user: Uuid::nil(), grants: Grants::default() };
    let mut ctx = Ctx { actor: &actor, now: 0, cause: Uuid::nil(), ids: Ids::of(Uuid::nil()) };
    let customer = Uuid::from_u128(1);
    let shop = crate::row::Shown {
        id: customer,
        kind: crate::customers::CUSTOMER,
        root: customer,
        body: Body::new(),
        writers: Default::default(),
        state: crate::row::State::Confirmed,
    };
    let add = Command::Add { customer, due: None, text: "回电".into(), promised: true };
    assert_eq!(add.decide(&Seen(vec![shop]), &mut ctx).map_err(|r| r.code), Err(Code::DateMissing));

    let kind = follow_up_kind();
    for (due, expect) in [(Val::Null, Err(Code::DateMissing)), (Val::Int(5), Ok(()))] {
        let body = Body::from([(follow_up::due, due)]);
        let change = Change {
            kind: FOLLOW_UP,
            rec: Uuid::nil(),
            new: false,
            yields: false,
            patch: body.clone(),
            base: Default::default(),
            open: Default::default(),
        };
        let view = Admission { change: &change, before: Some(&body), after: &body, parent: None, actor: &actor, at: 0 };
        assert_eq!(admit(&kind, &view), expect);
    }
}
