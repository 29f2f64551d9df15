import type { SystemReader } from "../src/node/device/system-reader.ts";

/** A system whose files and programs say what they once said: paths and command lines to texts. Folders follow from the paths. */
export function recordedSystem(files: Readonly<Record<string, string>>, programs: Readonly<Record<string, string>> = {}): SystemReader {
  return {
    readText: async (path) => files[path],
    list: async (path) => [
      ...new Set(Object.keys(files).flatMap((file) => (file.startsWith(`${path}/`) ? (file.slice(path.length + 1).split("/")[0] ?? []) : []))),
    ],
    run: async (program, parameters) => programs[[program, ...parameters].join(" ")],
  };
}

/** Recorded on a virtual machine with two cores of an AMD EPYC, Linux 6.18, control groups of version 1 without limits; flags abridged. */
export const virtualMachine: Readonly<Record<string, string>> = {
  "/proc/cpuinfo": `processor	: 0
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 17
model name	: AMD EPYC
stepping	: 1
flags		: fpu sse4_1 sse4_2 x2apic movbe popcnt aes xsave avx f16c rdrand hypervisor fma bmi1 avx2 smep bmi2 avx512f avx512dq avx512_bf16 avx512_vnni
address sizes	: 48 bits physical, 48 bits virtual

processor	: 1
vendor_id	: AuthenticAMD
model name	: AMD EPYC
`,
  "/proc/meminfo": `MemTotal:       24684084 kB
MemFree:        11514552 kB
MemAvailable:   19387168 kB
Buffers:          193516 kB
`,
  "/proc/stat": "cpu  203969 91950 67060 41855 1222 0 2116 1850 0 0\ncpu0 102289 46882 32404 21402 244 0 874 904 0 0\n",
  "/proc/pressure/memory": "some avg10=0.00 avg60=0.00 avg300=0.00 total=476736\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=131349\n",
  "/proc/self/status": "Name:\tcat\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n",
  "/proc/self/cgroup": "9:name=systemd:/\n8:pids:/\n4:memory:/process_api/b19341b3\n3:cpuset:/\n2:cpuacct:/\n1:cpu:/\n0::/\n",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
  "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
  "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
  "/sys/devices/system/cpu/online": "0-1\n",
  "/sys/devices/system/cpu/cpu0/topology/core_cpus_list": "0\n",
  "/sys/devices/system/cpu/cpu1/topology/core_cpus_list": "1\n",
};

/** Made after the kernel's documents (cgroup-v2.rst, psi.rst): a container that may use one core and a half, and 2 GiB. */
export const container: Readonly<Record<string, string>> = {
  ...virtualMachine,
  "/proc/self/cgroup": "0::/\n",
  "/proc/meminfo": "MemTotal:       65536000 kB\nMemAvailable:   40960000 kB\n",
  "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
  "/sys/fs/cgroup/memory.max": "2147483648\n",
  "/sys/fs/cgroup/memory.current": "1073741824\n",
  "/sys/fs/cgroup/memory.stat": "anon 536870912\nfile 536870912\ninactive_file 268435456\nactive_file 268435456\n",
  "/sys/fs/cgroup/memory.pressure": "some avg10=12.50 avg60=4.00 avg300=1.00 total=5000000\nfull avg10=2.00 avg60=1.00 avg300=0.10 total=900000\n",
  "/sys/fs/cgroup/cpu.max": "150000 100000\n",
};

const hybridCores = Object.fromEntries(
  // Two strong cores of two threads each, four efficient ones.
  ["0-1", "0-1", "2-3", "2-3", "4", "5", "6", "7"].flatMap((siblings, core) => [
    [`/sys/devices/system/cpu/cpu${core}/topology/core_cpus_list`, `${siblings}\n`],
    [`/sys/devices/system/cpu/cpu${core}/cpufreq/cpuinfo_max_freq`, core < 4 ? "4800000\n" : "3600000\n"],
  ]),
);

/** Made after the kernel's documents (sysfs-class-power, sysfs-class-thermal, cpu topology): a laptop with a hybrid processor of Intel's, on battery. */
export const laptop: Readonly<Record<string, string>> = {
  "/proc/cpuinfo": "processor\t: 0\nmodel name\t: 13th Gen Intel(R) Core(TM) i5-1335U\nflags\t\t: fpu avx f16c fma avx2 avx_vnni\n",
  "/proc/meminfo": "MemTotal:       16084084 kB\nMemAvailable:    9000000 kB\n",
  "/proc/stat": "cpu  1000 0 500 90000 300 0 0 0 0 0\n",
  "/proc/pressure/memory": "some avg10=40.00 avg60=4.00 avg300=1.00 total=5000000\nfull avg10=22.00 avg60=1.00 avg300=0.10 total=900000\n",
  "/proc/self/status": "Cpus_allowed_list:\t0-7\n",
  "/proc/self/cgroup": "0::/user.slice/user-1000.slice/session-2.scope\n",
  "/sys/fs/cgroup/cgroup.controllers": "cpu memory\n",
  "/sys/fs/cgroup/user.slice/user-1000.slice/memory.max": "max\n",
  "/sys/devices/system/cpu/online": "0-7\n",
  "/sys/devices/cpu_core/cpus": "0-3\n",
  "/sys/devices/cpu_atom/cpus": "4-7\n",
  ...hybridCores,
  "/sys/class/dmi/id/product_name": "Laptop 14\n",
  "/sys/class/power_supply/AC/type": "Mains\n",
  "/sys/class/power_supply/AC/online": "0\n",
  "/sys/class/power_supply/BAT0/type": "Battery\n",
  "/sys/class/power_supply/BAT0/status": "Discharging\n",
  "/sys/class/power_supply/BAT0/capacity": "17\n",
  "/sys/class/power_supply/mouse/type": "Battery\n",
  "/sys/class/power_supply/mouse/scope": "Device\n",
  "/sys/class/power_supply/mouse/capacity": "90\n",
  "/sys/class/thermal/thermal_zone0/type": "acpitz\n",
  "/sys/class/thermal/thermal_zone0/temp": "86000\n",
  "/sys/class/thermal/thermal_zone0/trip_point_0_type": "critical\n",
  "/sys/class/thermal/thermal_zone0/trip_point_0_temp": "105000\n",
  "/sys/class/thermal/thermal_zone1/type": "iwlwifi_1\n",
  "/sys/class/thermal/thermal_zone1/temp": "99000\n",
  "/sys/class/thermal/thermal_zone1/trip_point_0_type": "critical\n",
  "/sys/class/thermal/thermal_zone1/trip_point_0_temp": "100000\n",
  "/sys/firmware/acpi/platform_profile": "low-power\n",
};

/** Made after the output of these programs on a MacBook Pro with an M3 Pro, as sysctl(8), vm_stat(1) and pmset(1) describe it. */
export const macbook: Readonly<Record<string, string>> = {
  "/usr/sbin/sysctl hw machdep.cpu": `hw.ncpu: 12
hw.memsize: 38654705664
hw.model: Mac15,6
hw.physicalcpu: 12
hw.logicalcpu: 12
hw.perflevel0.physicalcpu: 6
hw.perflevel1.physicalcpu: 6
hw.optional.arm64: 1
hw.optional.neon: 1
hw.optional.AdvSIMD: 1
hw.optional.arm.FEAT_DotProd: 1
hw.optional.arm.FEAT_FP16: 1
hw.optional.arm.FEAT_BF16: 1
hw.optional.arm.FEAT_I8MM: 1
hw.optional.arm.FEAT_SME: 0
machdep.cpu.brand_string: Apple M3 Pro
`,
  "/usr/bin/vm_stat": `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               100000.
Pages active:                             700000.
Pages inactive:                           200000.
Pages speculative:                         10000.
Pages throttled:                               0.
Pages wired down:                         150000.
Pages purgeable:                            5000.
`,
  "/usr/bin/pmset -g batt": "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=22151267)\t64%; discharging; 5:12 remaining present: true\n",
  "/usr/bin/pmset -g therm": "Note: No thermal warning level has been recorded\nNote: No performance warning level has been recorded\n",
  "/usr/bin/pmset -g live": "System-wide power settings:\nCurrently in use:\n standby              1\n lowpowermode         1\n",
  "/usr/sbin/sysctl -n kern.memorystatus_vm_pressure_level": "2\n",
};

/** Made after Microsoft's description of Win32_Processor, Win32_OperatingSystem and Win32_Battery. */
export const windowsReport =
  '{"model":"XPS 13 9310","processor":"11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz","cores":4,"threads":8,"loadPercent":25,"totalKib":16484084,"freeKib":8000000,"battery":81,"batteryStatus":2}';
