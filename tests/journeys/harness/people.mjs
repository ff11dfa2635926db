// Signing in as the demo's people, by the words on the screen.
export const LIJING = "lijing";
export const CHENWEI = "chenwei";
export const SHANMIN = "shanmin";
export const ZHOUPING = "zhouping";
export const HELIN = "helin";

/** One of their grids in the demo's city. */
export const GRID_OF_LIJING = "南城-鸿福";
export const GRID_OF_CHENWEI = "南城-新基";

/** Fills the form and sends it; what comes next is the journey's to see. */
export async function fillSignIn(device, account, password) {
  await device.see(device.field("账号"));
  await device.field("账号").fill(account);
  await device.field("密码").fill(password);
  await device.button("登录").click();
}

/** Signs in and waits until the app stands. */
export async function signIn(house, device, account) {
  const server = await house.server();
  await device.open("/");
  await fillSignIn(device, account, server.people.get(account).password);
  await device.see(device.page.getByRole("navigation", { name: "主导航" }));
}

/** Waits until the whole book is on the device: the download bar is gone and the list counts it. */
export async function wholeBook(device) {
  await device.link("客户").first().click();
  await device.see(/[\d,]+ 户/);
  await device.page.getByText("正在下载").first().waitFor({ state: "hidden" });
}
