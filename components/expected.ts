import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import type * as pulumi from "@pulumi/pulumi";

import { EXPECTED_LABEL } from "../catalogue/records";
import { RECORDS_NAMESPACE } from "./gate";

/**
 * A record of something that somebody else is expected to create. It is written before the gate that waits for it, so that people
 * find it: `oc get configmap -n maas-platform -l maas-platform.io/expects`.
 *
 * @param name of what is expected, unique in the stack; the record is named `<name>-expected`
 * @param kind the value of {@link EXPECTED_LABEL}
 */
export function expectedRecord(
    name: string,
    kind: string,
    data: Readonly<Record<string, string>>,
    opts: pulumi.CustomResourceOptions,
): ConfigMap {
    const record = `${name}-expected`;
    return new ConfigMap(
        record,
        { metadata: { name: record, namespace: RECORDS_NAMESPACE, labels: { [EXPECTED_LABEL]: kind } }, data: { ...data } },
        opts,
    );
}
