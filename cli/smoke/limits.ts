/** Whether the request limit of a tier holds: 429 at the limit, and none after the window. */
import { Unexpected } from "./answers";
import { type Caller, type ModelSubject, smallRequest } from "./checks";

/** A limit above that is not tried: it would take too many requests. */
export const MOST_REQUESTS = 1000;

/** The first request is refused already. */
export class UsedUp extends Unexpected {}

/**
 * Sends requests until one is refused. Windows are fixed: they begin with the first request and end for all at once, so the caller waits
 * for a window before and after.
 *
 * @param limit of requests in a window
 * @param wait lets a window pass
 * @returns what is worth saying although the limit holds
 * @throws Unexpected
 */
export async function checkLimit(
    caller: Caller,
    { key, model }: ModelSubject,
    limit: number,
    wait: () => Promise<void>,
): Promise<string> {
    const { path, body } = smallRequest(model);
    const status = async (): Promise<number> => (await caller.call("POST", `${model.url}${path}`, key, body)).status;
    await wait();
    let answered = 0;
    let last = await status();
    while (last === 200 && ++answered <= limit) {
        last = await status();
    }
    if (last !== 200 && last !== 429) {
        throw new Unexpected(`after ${answered} requests the answer is ${last}; expected 429 after ${limit}`);
    }
    if (last === 200) {
        throw new Unexpected(`${answered} requests are answered; expected 429 after ${limit}`);
    }
    if (answered === 0) {
        throw new UsedUp(`the first request of a window answers 429; expected 429 after ${limit}`);
    }
    await wait();
    const after = await status();
    if (after !== 200) {
        throw new Unexpected(`after the window the answer is ${after}; expected 200`);
    }
    return answered < limit
        ? `429 after ${answered} requests, before the limit of ${limit}: the tokens of the tier were used up first, or the user called the model meanwhile`
        : "";
}
