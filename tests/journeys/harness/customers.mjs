// The list and the page of a customer, found through their words.

export const search = (device) => device.page.getByRole("searchbox", { name: "搜索客户" });

/** Rows that hold somebody; the spare nodes of the list are hidden. */
export const rows = (device) => device.page.getByRole("list", { name: "客户" }).getByRole("link").filter({ visible: true });

/** Searches for what one customer alone has; her row, or none where the list says that nobody has it. */
export async function found(device, words, name = words) {
  await device.open("/customers");
  await search(device).fill(words);
  const row = rows(device).filter({ hasText: name });
  await device.see(row.or(device.text("没有找到客户")).or(device.text("没有完全一样的")).first());
  return row;
}

export const timeline = (device) => device.page.getByRole("region", { name: "时间线" });

/** Jots something down on the customer's page; it stands in the timeline. */
export async function note(device, text) {
  await device.button("记一笔").click();
  const sheet = device.page.getByRole("dialog");
  await sheet.getByLabel("记点什么").fill(text);
  await sheet.getByRole("button", { name: "保存" }).click();
  await device.see(timeline(device).getByText(text));
}

/** Opens a customer's page by search. */
export async function openCustomer(device, name) {
  await device.open("/customers");
  await search(device).fill(name);
  await rows(device).filter({ hasText: name }).first().click();
  await device.see(device.page.getByRole("heading", { name }));
}

/** Adds a customer through the form and waits for her page. */
export async function addCustomer(device, { name, phone, grid }) {
  await device.open("/customers/new");
  await device.field("名称").fill(name);
  if (phone) await device.field("电话").fill(phone);
  const grids = device.page.getByRole("combobox", { name: "网格" });
  await device.see(grids);
  await grids.selectOption(grid);
  await device.button("保存").click();
  await device.see(device.page.getByRole("heading", { name }));
}
