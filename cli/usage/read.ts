/** Reads the usage of all models of a stack. */
import type { Settings } from "../../stacks/schema";
import { countersOf, type LimitadorAt } from "./limitador";
import { modelRoutes } from "./routes";
import { type Usage, usageOf } from "./usage";

/** By user, model, subscription and window. @throws RefusalError, HttpError */
export async function readUsage(settings: Settings, at: LimitadorAt): Promise<Usage[]> {
    const all: Usage[] = [];
    // One after the other: through a forwarded port, many connections at once break.
    for (const { model, routes } of modelRoutes(settings)) {
        for (const route of routes) {
            all.push(...usageOf(settings, model, await countersOf(at, route)));
        }
    }
    const key = ({ user, model, subscription, counts }: Usage): string => [user, model, subscription, counts].join("\0");
    return all.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.windowSeconds - b.windowSeconds));
}
