/** The types that describe the move of a stack to the next release. */
import type { Release } from "../../catalogue/releases";
import type { Settings } from "../schema";

/** A version of an operator that a release cannot work with, as a stack may pin it. */
export interface WrongPin {
    readonly operator: "rhods-operator" | "rhcl-operator";
    readonly wrong: RegExp;
    readonly why: string;
}

/** A stack on its way, for commands and messages. */
export interface Moving {
    readonly settings: Settings;
    readonly stack: string;
    readonly to: Release;
}

/** The changes and steps of one subject of a move, for a stack. All are empty where the subject does not concern the stack. */
export interface Subject {
    /** Behaviour under unchanged settings. */
    readonly changes: readonly string[];
    /** Steps before `pulumi up`. */
    readonly before: readonly string[];
    /** Steps after it. */
    readonly after: readonly string[];
}

/** A move to a release. */
export interface Move {
    readonly pins: readonly WrongPin[];
    /** Images of vLLM that belong to the earlier release. */
    readonly image: RegExp;
    readonly subjects: readonly ((moving: Moving) => Partial<Subject>)[];
}

/** The changes and steps of a move for a stack, in the order of its subjects; `pulumi up` is a step between those before and after it. */
export function described(move: Move, moving: Moving): { changes: string[]; steps: string[] } {
    const parts = move.subjects.map((subject) => subject(moving));
    return {
        changes: parts.flatMap(({ changes = [] }) => changes),
        steps: [
            ...parts.flatMap(({ before = [] }) => before),
            `Read what changes: maas plan ${moving.stack}; maas rehearse ${moving.stack}.`,
            `pulumi up --stack ${moving.stack}. It upgrades OpenShift AI to ${moving.to}${moving.to === "3.4" ? ", rewrites the request limits, makes models, tiers and database of the new kind and deletes the token limits of the old one" : " and waits until nothing of the earlier release answers any more"}.`,
            ...parts.flatMap(({ after = [] }) => after),
        ],
    };
}
