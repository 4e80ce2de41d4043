import type { Unchecked } from "../subject";
import { resourceRule } from "../rule";

/** Disks are encrypted, and pods cannot get the credentials of the node from version 1 of the metadata service. */
export const nodesAreHardened = resourceRule(
    {
        name: "nodes-are-hardened",
        title: "Nodes have encrypted disks and version 2 of the instance metadata service",
        why: "By default, a MachineSet encrypts disks only if the account does, and any pod that can send a request reads the node's credentials.",
        remedy: "Set blockDevices[].ebs.encrypted: true and metadataServiceOptions.authentication: Required.",
        severity: "high",
        source: "docs/sources/gpu-nodes.md#disks-and-metadata",
    },
    ["MachineSet"],
    (subject, report) => {
        const path = ["spec", "template", "spec", "providerSpec", "value"];
        const machine = path.reduce<Unchecked>((at, key) => at?.[key], subject.value);
        if (machine === undefined || machine === null || machine.kind !== "AWSMachineProviderConfig") {
            return;
        }
        const at = path.join(".");
        ((machine.blockDevices ?? []) as Unchecked[]).forEach((device, i) => {
            if (!subject.unknownAt([...path, "blockDevices", i, "ebs", "encrypted"]) && device?.ebs?.encrypted !== true) {
                report(`${at}.blockDevices[${i}].ebs.encrypted: the disk is not encrypted; set true`);
            }
        });
        if (
            !subject.unknownAt([...path, "metadataServiceOptions", "authentication"]) &&
            machine.metadataServiceOptions?.authentication !== "Required"
        ) {
            report(`${at}.metadataServiceOptions.authentication: pods can read the credentials of the node; set Required`);
        }
    },
);
