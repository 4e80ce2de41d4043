/** Problems of a simulation: a rehearsal that met one may not show what a cluster does. */
import type { Journal } from "./engine/journal";
import type { World } from "./world";

/** Reports each problem of a world once. */
export class Problems {
    private told = 0;

    constructor(private readonly world: Pick<World, "problems">) {}

    /** Writes what is new as warnings. */
    tell(journal: Journal): void {
        for (const problem of this.world.problems.slice(this.told)) {
            journal.say("warning", `the simulator failed, so a cluster may act otherwise: ${problem}`);
        }
        this.told = this.world.problems.length;
    }
}
