/** Layer: certificates of the API server and the routes. */
import type { OperatorsOf } from "../layer";

/** cert-manager issues certificates that do not exist already. */
export const operators: OperatorsOf = ({ certificates }) =>
    certificates !== undefined && certificates.existing === undefined ? ["openshift-cert-manager-operator"] : [];

export { Certificates } from "./certificates";
