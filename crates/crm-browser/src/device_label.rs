//! What a device is called in the list that administrators see: its browser and its system, as people know them.

/// `WeChat · Android V2227A`, `Safari · iPhone`. Signatures are stretched by their makers, so the first that fits wins.
pub fn device_label(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 13] = [
        ("MicroMessenger", "WeChat"),
        ("wxwork", "WeCom"),
        ("DingTalk", "DingTalk"),
        ("HuaweiBrowser", "Huawei Browser"),
        ("MiuiBrowser", "Mi Browser"),
        ("VivoBrowser", "vivo Browser"),
        ("HeyTapBrowser", "HeyTap Browser"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    let system = named(&SYSTEMS).map(|system| match model(user_agent).filter(|_| system == "Android") {
        Some(model) => format!("{system} {model}"),
        None => system.to_owned(),
    });
    let parts: Vec<String> = named(&BROWSERS).map(str::to_owned).into_iter().chain(system).collect();
    parts.join(" · ")
}

/// Android browsers name the phone's model; newer ones say `K` for any.
fn model(user_agent: &str) -> Option<&str> {
    let (_, after) = user_agent.split_once("Android ")?;
    let inside = after.split(')').next()?;
    let model = inside.split(';').nth(1)?.trim();
    let model = model.split(" Build/").next()?;
    (model.len() > 1).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_device_is_called_by_browser_and_system() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                "Chrome · Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; V2227A Build/UP1A; wv) AppleWebKit/537.36 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50",
                "WeChat · Android V2227A",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
                "Edge · Windows",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox · macOS"),
            ("", ""),
        ] {
            assert_eq!(device_label(agent), expected, "{agent}");
        }
    }
}
