import type { Plan, Rehearsal } from "../../result";
import { capacityOf } from "../../../catalogue/capacity/capacity";
import type { Capacity } from "../../../catalogue/capacity/model";
import { type Markup, markup } from "../escape";
import { type Failure, failureOf } from "../failure";
import { type Model, modelOf } from "../model";
import { type Summary, summaryOf } from "../summary";

/** Everything that the parts of the page are written from. */
export interface Report {
    readonly plan: Plan;
    readonly rehearsal: Rehearsal | undefined;
    readonly summary: Summary | undefined;
    readonly model: Model;
    readonly capacity: Capacity;
    /** Undefined for a success. */
    readonly failure: Failure | undefined;
    /** Position in the plan by URN: the number in the id of a resource's entry in the tree. */
    readonly position: ReadonlyMap<string, number>;
}

/** Gathers what the page says of a plan or a rehearsal. */
export function reportOf(result: Plan | Rehearsal): Report {
    const model = modelOf(result);
    const rehearsal = "timeline" in result ? result : undefined;
    return {
        plan: result,
        rehearsal,
        summary: rehearsal && summaryOf(rehearsal, model),
        model,
        capacity: capacityOf(result),
        failure: failureOf(result, model),
        position: new Map(result.resources.map((resource, i) => [resource.urn, i])),
    };
}

/** A resource's title, linked to its entry in the tree when it has one. */
export function link(report: Report, urn: string): Markup {
    const i = report.position.get(urn);
    const title = report.model.title(urn);
    return i === undefined ? markup`${title}` : markup`<a href="#r${i}">${title}</a>`;
}
