/** How gates are known: by their creator in components/, and by policies and tests. */

/** Marks a ConfigMap as the record of a gate; the value says of what sort. */
export const GATE_LABEL = "maas-platform.io/gate";

/** The value of the label when the gate says that an operator runs; `data.package` names it. */
export const OPERATOR_INSTALLED = "operator-installed";
