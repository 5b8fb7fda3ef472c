/** What a shop has of orders; here they are two. */
const orders: Readonly<Record<number, { readonly state: string; readonly euros: number }>> = {
  7: { state: "on its way", euros: 20 },
  8: { state: "lost", euros: 35 },
};

const order = (id: number) => {
  const found = orders[id];
  if (!found) throw new Error(`there is no order ${id}`);
  return found;
};

export const lookUp = ({ id }: { id: number }) => order(id);
export const payBack = ({ id }: { id: number }) => `${order(id).euros} euros are paid back`;
