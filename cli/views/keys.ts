import { count } from "../../rehearsal/report/format";
import type { Judged } from "../keys/audit";
import type { ApiKey } from "../maasApi/client";
import type { Style, Terminal } from "../terminal";
import { block, rows } from "./common";

const styles = { active: "green", expired: "dim", revoked: "dim" } as const satisfies Record<ApiKey["status"], Style>;
const verdicts = { fits: "green", "does not fit": "red", "not judged": "yellow" } as const satisfies Record<
    Judged["verdict"],
    Style
>;

const day = (moment: string | undefined): string => (moment ?? "").slice(0, 10);

/** Prints keys, without their secrets, which nobody has any more. @param none what to say where there are none */
export function printKeys(out: Terminal, title: string, keys: readonly ApiKey[], none?: string): void {
    if (keys.length === 0 && none !== undefined) {
        out.line(none);
    }
    block(
        out,
        `${title}: ${keys.length}`,
        rows(
            out,
            [
                { title: "Id" },
                { title: "Name", wraps: true },
                { title: "Owner", wraps: true },
                { title: "Subscription" },
                { title: "Status" },
                { title: "Created" },
                { title: "Expires" },
                { title: "Last used" },
            ],
            keys.map((key) => [
                key.id,
                key.ephemeral ? `${key.name} (ephemeral)` : key.name,
                key.username,
                key.subscription,
                out.style(key.status, styles[key.status]),
                day(key.creationDate),
                day(key.expirationDate),
                day(key.lastUsedAt),
            ]),
        ),
    );
}

/** Prints those that do not fit, and those that could not be judged; with `verbose`, all. */
export function printAudit(out: Terminal, judged: readonly Judged[], stack: string, verbose: boolean): void {
    const shown = judged.filter(({ verdict }) => verbose || verdict !== "fits");
    const unfit = judged.filter(({ verdict }) => verdict === "does not fit").length;
    out.line(
        `${out.style(`Audit of the keys of the stack ${stack}`, "bold")}: ${count(judged.length, "active key")}, ${unfit} no longer ${unfit === 1 ? "fits its" : "fit their"} tier.`,
    );
    block(
        out,
        "Keys",
        rows(
            out,
            [
                { title: "Id" },
                { title: "Name", wraps: true },
                { title: "User", wraps: true },
                { title: "Subscription" },
                { title: "Verdict" },
                { title: "Why", wraps: true },
            ],
            shown.map(({ key, user, verdict, why }) => [
                key.id,
                key.name,
                user === key.username ? user : `${user} (workspace)`,
                key.subscription,
                out.style(verdict, verdicts[verdict]),
                why,
            ]),
        ),
    );
    if (unfit > 0) {
        out.line();
        out.line(`To revoke those that do not fit: maas keys revoke ${stack} --unfit --yes. Their owners create new ones.`);
    }
}
