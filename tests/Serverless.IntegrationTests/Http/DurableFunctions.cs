using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Http;

public enum Shade
{
    Light,
    Dark,
}

public sealed record Order(string Id, int Pieces, Shade Shade, DateTime Placed, double? Weight, string[] Notes, Order? Replaces);

/// <summary>Orchestrations as an app would write them, started and read over HTTP.</summary>
public sealed class DurableFunctions
{
    private static readonly ConcurrentDictionary<string, int> Tries = new();

    [Function("Begin")]
    public static async Task<IResult> Begin(
        [HttpTrigger("post", Route = "begin/{name}/{id}")] HttpRequest request, string name, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(cancellation);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                name, body.Length == 0 ? null : JsonSerializer.Deserialize<object>(body), new StartOrchestrationOptions(id), cancellation);
            return Results.Accepted(value: client.CreateHttpManagementPayload(id));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Results.Conflict(e.Message);
        }
    }

    [Function(nameof(Increment))]
    public static int Increment([ActivityTrigger] int value) => value + 1;

    [Function(nameof(Return))]
    public static Order? Return([ActivityTrigger] Order? order) => order;

    [Function(nameof(Where))]
    public static string Where([ActivityTrigger] string? text, FunctionContext context, string instanceId) =>
        $"{text ?? "nothing"} in {context.FunctionDefinition.Name} of {instanceId}";

    [Function(nameof(FailTwice))]
    public static int FailTwice([ActivityTrigger] string key)
    {
        var n = Tries.AddOrUpdate(key, 1, (_, old) => old + 1);
        return n > 2 ? n : throw new InvalidOperationException($"attempt {n}");
    }

    [Function(nameof(AlwaysFail))]
    public static int AlwaysFail([ActivityTrigger] string text) =>
        throw new ArgumentException("outer " + text, new FormatException("inner " + text));

    [Function(nameof(Three))]
    public static async Task<int> Three([OrchestrationTrigger] TaskOrchestrationContext context, int value)
    {
        for (var i = 0; i < 3; i++) value = await context.CallActivityAsync<int>(nameof(Increment), value);
        return value;
    }

    [Function(nameof(Wide))]
    public static async Task<int> Wide([OrchestrationTrigger] TaskOrchestrationContext context) =>
        (await Task.WhenAll(Enumerable.Range(0, 50).Select(i => context.CallActivityAsync<int>(nameof(Increment), i)))).Sum();

    [Function(nameof(PassOrder))]
    public static Task<Order?> PassOrder([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<Order?>(nameof(Return), context.GetInput<Order>());

    [Function(nameof(AskWhere))]
    public static Task<string> AskWhere([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(Where));

    [Function(nameof(Retried))]
    public static Task<int> Retried([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<int>(
        nameof(FailTwice), context.InstanceId, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(10))));

    [Function(nameof(GivesUp))]
    public static Task<int> GivesUp([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<int>(
        nameof(AlwaysFail), "x", TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(10))));

    [Function(nameof(Decides))]
    public static async Task<string> Decides([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var seen = new List<string>();
        var options = TaskOptions.FromRetryHandler(retry =>
        {
            seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage} {retry.LastFailure.IsCausedBy<ArgumentException>()}");
            return retry.LastAttemptNumber < 2;
        });
        try
        {
            await context.CallActivityAsync(nameof(AlwaysFail), "x", options);
            return "no failure";
        }
        catch (TaskFailedException e)
        {
            var inner = e.FailureDetails.InnerFailure;
            return $"{string.Join(", ", seen)}; {e.TaskName}; {e.FailureDetails.ErrorType}; {inner?.ErrorType}; {inner?.ErrorMessage}; " +
                $"{e.FailureDetails.IsCausedBy<FormatException>()}";
        }
    }

    [Function(nameof(Fails))]
    public static Task Fails([OrchestrationTrigger] TaskOrchestrationContext context) => throw new NotSupportedException("never");

    [Function(nameof(CatchesChild))]
    public static async Task<string> CatchesChild([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            await context.CallSubOrchestratorAsync(nameof(Fails));
            return "no failure";
        }
        catch (TaskFailedException e)
        {
            return $"{e.TaskName}; {e.FailureDetails.ErrorType}; {e.FailureDetails.ErrorMessage}";
        }
    }

    [Function(nameof(CallsNobody))]
    public static Task<int> CallsNobody([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>("Nobody", 1);

    [Function(nameof(WrongType))]
    public static Task<int> WrongType([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<int>(nameof(Where), "text");

    [Function(nameof(Sleeps))]
    public static async Task<bool> Sleeps([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var from = context.CurrentUtcDateTime;
        await context.CreateTimer(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        return context.CurrentUtcDateTime - from >= TimeSpan.FromMilliseconds(200);
    }

    [Function(nameof(Gate))]
    public static async Task<string> Gate([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus(new { closed = true, By = "guard" });
        var word = await context.WaitForExternalEvent<string>("Word");
        context.SetCustomStatus("open");
        return word;
    }

    [Function(nameof(Rounds))]
    public static async Task<string> Rounds([OrchestrationTrigger] TaskOrchestrationContext context, int round)
    {
        await context.CallActivityAsync<int>(nameof(Increment), round);
        context.SetCustomStatus("round " + round);
        if (round == 3) return "enough";
        context.ContinueAsNew(round + 1);
        return "";
    }

    [Function(nameof(TalksTooMuch))]
    public static Task TalksTooMuch([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus(new string('x', 10_000));
        return context.CallActivityAsync<int>(nameof(Increment), 1);
    }
}
