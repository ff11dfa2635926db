//! The hand-off to a map: our WGS-84 point in the datum that the map takes it in.
use super::text::Words;
use crate::components::HalfScreen;
use crate::state::{use_surroundings, use_toasts};
use crate::words::use_words;
use crm_domain::geo::{Datum, from_wgs84};
use js_sys::encode_uri_component;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct NavigateProps {
    pub name: AttrValue,
    pub address: AttrValue,
    /// WGS-84, 1e-7 degrees.
    pub point: Option<(i64, i64)>,
    pub onclose: Callback<()>,
}

#[component]
pub fn Navigate(props: &NavigateProps) -> Html {
    let w = use_words::<Words>();
    let surroundings = use_surroundings();
    let toasts = use_toasts();
    let link = |text: &'static str, href: String| {
        let close = props.onclose.reform(|_: MouseEvent| ());
        html! { <li><a class="choice" {href} target="_blank" rel="noopener" onclick={close}>{ text }</a></li> }
    };
    let copy = {
        let (address, close) = (props.address.clone(), props.onclose.clone());
        Callback::from(move |_: MouseEvent| {
            let (copying, toasts) = (surroundings.copy(&address), toasts.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if copying.await { toasts.say(w.copied()) } else { toasts.fail(w.not_copied()) }
            });
            close.emit(());
        })
    };
    html! {
        <HalfScreen title={w.navigate_with()} close={w.close()} onclose={props.onclose.clone()}>
            <p class="sheet-note">{ &props.address }</p>
            <ul class="choices">
                if let Some(point) = props.point {
                    { link(w.amap(), amap(&props.name, point)) }
                    { link(w.baidu(), baidu(&props.name, point)) }
                    { link(w.tencent(), tencent(&props.name, point)) }
                } else {
                    <li class="sheet-note">{ w.no_point() }</li>
                }
                if !props.address.is_empty() {
                    <li><button type="button" class="choice" onclick={copy}>{ w.copy_address() }</button></li>
                }
            </ul>
        </HalfScreen>
    }
}

fn degrees(datum: Datum, (lat_e7, lon_e7): (i64, i64)) -> (f64, f64) {
    from_wgs84(datum, lat_e7 as f64 / 1e7, lon_e7 as f64 / 1e7)
}

fn encoded(name: &str) -> String {
    String::from(encode_uri_component(name))
}

fn amap(name: &str, point: (i64, i64)) -> String {
    let (lat, lon) = degrees(Datum::Gcj02, point);
    let name = encoded(name);
    format!(
        "https://uri.amap.com/navigation?to={lon:.6},{lat:.6},{name}&mode=car&coordinate=gaode&src=zoufang&callnative=1"
    )
}

fn baidu(name: &str, point: (i64, i64)) -> String {
    let (lat, lon) = degrees(Datum::Bd09, point);
    let name = encoded(name);
    format!(
        "https://api.map.baidu.com/marker?location={lat:.6},{lon:.6}&title={name}&content={name}&coord_type=bd09ll&output=html&src=zoufang"
    )
}

fn tencent(name: &str, point: (i64, i64)) -> String {
    let (lat, lon) = degrees(Datum::Gcj02, point);
    let name = encoded(name);
    format!("https://apis.map.qq.com/uri/v1/routeplan?type=drive&to={name}&tocoord={lat:.6},{lon:.6}&referer=zoufang")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn every_map_gets_the_point_in_its_own_datum() {
        // Dongguan: GCJ-02 lies some 500 m from WGS-84, BD-09 over a kilometre.
        let point = (230_207_000, 1_137_518_000);
        let off = |(lat, lon): (f64, f64)| (lat - 23.0207).hypot(lon - 113.7518);
        let (gcj, bd) = (degrees(Datum::Gcj02, point), degrees(Datum::Bd09, point));
        assert!(off(gcj) > 0.003 && off(gcj) < 0.01, "{gcj:?}");
        assert!(off(bd) > 0.008 && off(bd) < 0.02, "{bd:?}");
        assert!(amap("a&b", point).contains(&format!("to={:.6},{:.6},a%26b", gcj.1, gcj.0)));
        assert!(tencent("店", point).contains(&format!("tocoord={:.6},{:.6}", gcj.0, gcj.1)));
        assert!(baidu("店", point).contains(&format!("location={:.6},{:.6}", bd.0, bd.1)));
    }
}
