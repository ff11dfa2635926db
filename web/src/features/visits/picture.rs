//! A picture in the place of a map: the customer's circle, the person with the circle of her error, north above.
use super::fix::Found;
use crm_domain::visits::RADIUS_M;
use yew::prelude::*;

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 180.0;
/// From the centre to the nearest edge, with some air.
const REACH: f64 = 78.0;
/// Metres of a degree of latitude; a picture needs no better.
const DEGREE_M: f64 = 111_320.0;

#[derive(Properties, PartialEq)]
pub struct PictureProps {
    /// WGS-84, 1e-7 degrees.
    pub customer: Option<(i64, i64)>,
    pub found: Found,
}

/// Says nothing that the words below do not say, so it is hidden from those who listen.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let radius = f64::from(RADIUS_M);
    let person = match props.found {
        Found::Fresh(fix) => Some((offset_m(props.customer, (fix.lat_e7, fix.lon_e7)), f64::from(fix.accuracy_m))),
        _ => None,
    };
    // The scale shows the circle and the person; an error of kilometres may leave the picture.
    let far = person.map_or(0.0, |((x, y), accuracy)| x.hypot(y * WIDTH / HEIGHT) + accuracy.min(2.0 * radius));
    let scale = REACH / far.max(radius * 1.05);
    let (cx, cy) = (WIDTH / 2.0, HEIGHT / 2.0);
    let round = |n: f64| format!("{n:.1}");
    html! {
        <svg class="picture" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} aria-hidden="true" focusable="false">
            <path class="picture-grid" d="M0 45H320M0 90H320M0 135H320M40 0V180M100 0V180M160 0V180M220 0V180M280 0V180" />
            if props.customer.is_some() {
                <circle class="picture-radius" cx={round(cx)} cy={round(cy)} r={round(radius * scale)} />
            }
            if let Some(((x, y), accuracy)) = person {
                <circle class="picture-error" cx={round(cx + x * scale)} cy={round(cy - y * scale)} r={round(accuracy * scale)} />
            }
            if props.customer.is_some() {
                <path
                    class="picture-pin"
                    transform={format!("translate({cx} {cy})")}
                    d="M0 0C-4-7-11-11-11-19A11 11 0 0 1 11-19C11-11 4-7 0 0Z"
                />
            }
            if let Some(((x, y), _)) = person {
                <circle class="picture-person" cx={round(cx + x * scale)} cy={round(cy - y * scale)} r="7" />
            }
        </svg>
    }
}

/// Metres east and north of the customer; the person is the centre where the customer's place is not known.
fn offset_m(customer: Option<(i64, i64)>, person: (i64, i64)) -> (f64, f64) {
    let Some((lat, lon)) = customer else { return (0.0, 0.0) };
    let degrees = |e7: i64| e7 as f64 / 1e7;
    let east = degrees(person.1 - lon) * DEGREE_M * degrees(lat).to_radians().cos();
    (east, degrees(person.0 - lat) * DEGREE_M)
}
