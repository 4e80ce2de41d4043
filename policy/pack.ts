import { PolicyPack } from "@pulumi/policy";

import { policies } from "./policies";
import { shareDecoding } from "./shareDecoding";

shareDecoding();

// No third argument: properties given there without a level turn a policy advisory. Defaults stand in each rule's
// configSchema, and what differs in a configuration file (`--policy-pack-config`).
new PolicyPack("maas", { policies, enforcementLevel: "mandatory" });
