using System.Globalization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.CrashHost;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;

// csv <folder> <storage> <blob> <chunk bytes> [database]: one CSV job.
if (args[0] == "csv")
{
    await CsvCrashHost.RunAsync(args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture), args.ElementAtOrDefault(5));
    return;
}

// mend <folder> <storage> <job> <body>: one round of mending.
if (args[0] == "mend")
{
    await CsvCrashHost.MendAsync(args[1], args[2], args[3], args[4]);
    return;
}

// email <folder> <storage> <smtp port> <list>: one mail job.
if (args[0] == "email")
{
    await EmailCrashHost.RunAsync(args[1], args[2], args[3], args[4]);
    return;
}

// tasks <folder> <storage> <ledger> <tasks> <minutes>: tasks that each add a line to the ledger, on a clock that goes ahead.
if (args[0] == "tasks")
{
    await TaskCrashHost.RunAsync(
        args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture), int.Parse(args[5], CultureInfo.InvariantCulture));
    return;
}

// limited <folder> <storage> <ledger> <tasks> <minutes>: tasks of which few may run at once, on a clock that goes ahead.
if (args[0] == "limited")
{
    await LimitCrashHost.RunAsync(
        args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture), int.Parse(args[5], CultureInfo.InvariantCulture));
    return;
}

// circuit <folder> <storage> <ledger> <tasks> <minutes> <up or down>: tasks whose service may be down, on a clock that goes ahead.
if (args[0] == "circuit")
{
    await CircuitCrashHost.RunAsync(
        args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture), int.Parse(args[5], CultureInfo.InvariantCulture),
        args[6] == "up");
    return;
}

// batch <folder> <storage> <ledger> <tasks> <minutes>: the same tasks as members of one batch with callbacks.
if (args[0] == "batch")
{
    await TaskCrashHost.RunAsync(
        args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture), int.Parse(args[5], CultureInfo.InvariantCulture),
        TaskCrashHost.Batch);
    return;
}

// fail <folder> <storage> <tasks>: tasks that become dead letters.
if (args[0] == "fail")
{
    await RequeueCrashHost.FailAsync(args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture));
    return;
}

// requeue <folder> <storage> <ledger> <seconds>: brings those dead letters back, on a clock that goes ahead.
if (args[0] == "requeue")
{
    await RequeueCrashHost.RequeueAsync(args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture));
    return;
}

// canvas <folder> <storage> <chain or chord> <tasks> <minutes>: one canvas, on a clock that goes ahead.
if (args[0] == "canvas")
{
    await CanvasCrashHost.RunAsync(
        args[1], args[2], args[3], int.Parse(args[4], CultureInfo.InvariantCulture), int.Parse(args[5], CultureInfo.InvariantCulture));
    return;
}

// <database> <orchestrations>: starts those that were not started yet, runs all to their end. A line for every start that is
// acknowledged and every activity that runs.
var (path, count) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));

await using var store = SqliteStore.Open(path);
await using var engine = new DurableEngine(new CrashFunctions(id => StepGate.Say($"ran {id}")), new DurableEngineOptions(store));
await engine.StartAsync(CancellationToken.None);

for (var i = 0; i < count; i++)
{
    if (await engine.Client.GetInstanceAsync($"m{i}") is not null) continue;
    await engine.Client.ScheduleNewOrchestrationInstanceAsync(
        "Mixed", new CrashFunctions.State(i, 0), new StartOrchestrationOptions($"m{i}"));
    StepGate.Say($"started m{i}");
}

for (var i = 0; i < count; i++) await engine.Client.WaitForInstanceCompletionAsync($"m{i}");
StepGate.Say("done");
