/** Prints how many of the seeded mistakes are caught, and by what: `npm run corpus`. Exits with 1 when one passes. */
import path from "node:path";

import { plan } from "../../rehearsal/plan";
import type { Plan } from "../../rehearsal/result";
import { caught, mistakes, stackOf, stacks } from "./judge";

async function main(): Promise<void> {
    const plans = new Map<string, Plan>();
    for (const stack of stacks) {
        plans.set(stack, await plan({ projectDir: path.join(__dirname, "../.."), stack }));
    }
    const by = new Map<string, number>();
    let total = 0;
    for (const mistake of mistakes) {
        const catchers = await caught(mistake, plans.get(stackOf(mistake))!);
        if (catchers.includes(mistake.caughtBy)) {
            total++;
            by.set(mistake.caughtBy, (by.get(mistake.caughtBy) ?? 0) + 1);
        } else {
            process.stdout.write(
                `passes: ${mistake.id} (${mistake.why}); expected ${mistake.caughtBy}, caught by ${catchers.join(", ") || "nothing"}\n`,
            );
        }
    }
    for (const [name, count] of [...by].sort(([, a], [, b]) => b - a)) {
        process.stdout.write(`${String(count).padStart(4)}  ${name}\n`);
    }
    process.stdout.write(`caught ${total}/${mistakes.length}\n`);
    process.exitCode = total === mistakes.length ? 0 : 1;
}

void main();
