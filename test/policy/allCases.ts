import { accessCases } from "./accessCases";
import { type Case, cases as first } from "./cases";
import { supplyCases } from "./supplyCases";

/** The cases of all rules, by name. */
export const cases: Readonly<Record<string, Case>> = { ...first, ...supplyCases, ...accessCases };
