import { PolicyPack } from "@pulumi/policy";

import { policies } from "./policies";
import { shareDecoding } from "./shareDecoding";

shareDecoding();

// No third argument: a policy that it configures without a level becomes advisory. Each rule's configSchema has the
// defaults, a configuration file (`--policy-pack-config`) overrides them.
new PolicyPack("maas", { policies, enforcementLevel: "mandatory" });
