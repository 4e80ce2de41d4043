/** The names of gates, shared by their creator in components/, by policies and tests. */

/** The namespace that holds the records of all gates. */
export const RECORDS_NAMESPACE = "maas-platform";

/** ConfigMap of that namespace that is there while the cluster differs from the stack: the workflow Drift makes and deletes it. */
export const DRIFT_RECORD = "drift";

/** Marks a ConfigMap as the record of a gate; the value says of what sort. */
export const GATE_LABEL = "maas-platform.io/gate";

/** The value of the label when the gate says that an operator runs; `data.package` names it. */
export const OPERATOR_INSTALLED = "operator-installed";

/** The label of a record that says what somebody else is to bring. Its value is the kind of thing: `secret`. */
export const EXPECTED_LABEL = "maas-platform.io/expects";

/** The value of that label for a Secret; `data` has namespace, secret and keys, with blanks between them. */
export const EXPECTED_SECRET = "secret";

/** The value of that label for nodes; `data` has pool, instanceType, nodes and nodeSelector (JSON). */
export const EXPECTED_NODES = "nodes";

/** The value of that label for an operator of somebody else; `data` has package, namespace, channel and catalog. */
export const EXPECTED_OPERATOR = "operator";

/** The value of that label for a Deployment of somebody else; `data` has namespace, deployment and container. */
export const EXPECTED_DEPLOYMENT = "deployment";

/** The value of that label for the authority of an identity provider; `data` has namespace, configMap and key. */
export const EXPECTED_AUTHORITY = "authority";

/** The value of that label for External Secrets of the community; `data` has namespace. */
export const EXPECTED_EXTERNAL_SECRETS = "external-secrets";

/** The value of that label for a LokiStack; `data` has namespace, name and setting. */
export const EXPECTED_LOKI = "loki";
