using System.IO.Pipelines;
using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Azure.Functions.Worker;
using Serverless.Cleanup;
using Serverless.DeadLetters.Operations;
using Serverless.Tasks.Running;
using Serverless.Workflows.Run;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.IntegrationTests.AzureWorker;

/// <summary>The program that Azure runs, in Microsoft's worker: functions are loaded and run, and failures keep their types.</summary>
public sealed class AzureWorkerTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [WorkerFact]
    public void Functions_OfTheApp_AreAllLoaded()
    {
        var declared = typeof(ServerlessServices).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Select(m => m.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>().Order(StringComparer.Ordinal);

        Assert.Equal(declared, worker.Host.Functions.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(declared, worker.Host.Loaded.Order(StringComparer.Ordinal));
    }

    [WorkerFact]
    public async Task Invoke_HttpFunction_Answers()
    {
        var (answer, result) = await SendAsync("FileContainers", HttpMethod.Get, "api/files", null);

        Assert.Equal((HttpStatusCode.OK, "Success"), (answer.StatusCode, Status(result)));
        Assert.Contains("\"name\":\"incoming\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [WorkerFact]
    public async Task Invoke_HttpFunctionThatRefuses_AnswersTheProblem()
    {
        using var body = new StringContent("[", null, "application/json");
        var (answer, result) = await SendAsync("TaskSendBatch", HttpMethod.Post, "api/tasks", body);

        Assert.Equal((HttpStatusCode.BadRequest, "Success"), (answer.StatusCode, Status(result)));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [WorkerFact]
    public async Task Invoke_Activity_ReturnsItsResult()
    {
        var result = await worker.Host.InvokeAsync(nameof(EvaluateCondition), Json("""{"condition":"`1` == `1`","values":{}}"""));

        Assert.Equal("Success", Status(result));
        Assert.Equal("true", (string?)result["returnValue"]!["json"]);
    }

    /// <summary>Durable Task records the type of a failure, and what handles it may go by that.</summary>
    [WorkerFact]
    public async Task Invoke_ActivityThatThrows_SaysTheTypeThatWasThrown()
    {
        var result = await worker.Host.InvokeAsync(nameof(EvaluateCondition), Json("""{"condition":"`1` ==","values":{}}"""));

        Assert.Equal("Failure", Status(result));
        Assert.Equal("Serverless.Tasks.TaskValidationException", (string?)JsonNode.Parse(Message(result))!["errorType"]);
    }

    [WorkerFact]
    public async Task Invoke_Timer_Runs()
    {
        const string due = """{"scheduleStatus":{"last":"2026-01-31T00:00:00Z","next":"2026-01-31T00:00:30Z"},"isPastDue":false}""";

        var result = await worker.Host.InvokeAsync("Clock", Json(due));

        Assert.Equal(("Success", ""), (Status(result), Message(result)));
    }

    [WorkerFact]
    public async Task Invoke_Orchestrator_DecidesOnWhatCameLast()
    {
        var started = Started(nameof(CleanupOrchestrator), null);

        var first = await TurnAsync(nameof(CleanupOrchestrator), [], [.. started]);
        var scheduled = new P.HistoryEvent
        {
            EventId = 0,
            Timestamp = Now,
            TaskScheduled = new P.TaskScheduledEvent { Name = nameof(PurgeTasks) },
        };
        var completed = new P.HistoryEvent
        {
            EventId = -1,
            Timestamp = Now,
            TaskCompleted = new P.TaskCompletedEvent { TaskScheduledId = 0, Result = """{"deleted":1,"hasMore":false}""" },
        };
        var second = await TurnAsync(nameof(CleanupOrchestrator), [.. started, scheduled], [Turn, completed]);

        Assert.Equal([nameof(PurgeTasks)], first.Actions.Select(a => a.ScheduleTask?.Name));
        Assert.Equal([nameof(PurgeOrchestrations)], second.Actions.Select(a => a.ScheduleTask?.Name));
    }

    [WorkerFact]
    public async Task Invoke_OrchestratorThatThrows_FailsWithTheTypeThatWasThrown()
    {
        var failed = await TurnAsync(nameof(QueueOperationOrchestrator), [], [.. Started(nameof(QueueOperationOrchestrator), "null")]);

        var end = Assert.Single(failed.Actions).CompleteOrchestration;
        Assert.Equal(P.OrchestrationStatus.Failed, end.OrchestrationStatus);
        Assert.Equal("Serverless.Orchestrations.OrchestrationInputException", end.FailureDetails.ErrorType);
    }

    /// <summary>A request whose body never comes runs until it is cancelled.</summary>
    [WorkerFact]
    public async Task Cancel_FunctionThatRuns_EndsItAsCancelled()
    {
        var body = new Pipe();
        using var content = new StreamContent(body.Reader.AsStream());
        using var request = Request(HttpMethod.Post, "api/tasks", content);
        using var http = new HttpClient();

        var result = await worker.Host.InvokeAsync("TaskSendBatch", Http(request), async id =>
        {
            request.Headers.Add("x-ms-invocation-id", id);
            var sending = http.SendAsync(request);
            while (!worker.Host.HasAnswered(id))
            {
                // One that comes before the function runs is heard by nobody.
                worker.Host.Cancel(id);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }

            await body.Writer.CompleteAsync();
            await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

        Assert.Equal("Cancelled", Status(result));
    }

    private static Timestamp Now => Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow());

    private static P.HistoryEvent Turn => new() { EventId = -1, Timestamp = Now, OrchestratorStarted = new P.OrchestratorStartedEvent() };

    private static P.HistoryEvent[] Started(string orchestrator, string? input) =>
    [
        Turn,
        new P.HistoryEvent
        {
            EventId = -1,
            Timestamp = Now,
            ExecutionStarted = new P.ExecutionStartedEvent
            {
                Name = orchestrator,
                Input = input,
                OrchestrationInstance = new P.OrchestrationInstance { InstanceId = "instance", ExecutionId = "execution" },
            },
        },
    ];

    private async Task<P.OrchestratorResponse> TurnAsync(string orchestrator, P.HistoryEvent[] past, P.HistoryEvent[] news)
    {
        var request = new P.OrchestratorRequest { InstanceId = "instance", PastEvents = { past }, NewEvents = { news } };
        var result = await worker.Host.InvokeAsync(
            orchestrator, new JsonObject { ["string"] = Convert.ToBase64String(request.ToByteArray()) });

        Assert.Equal(("Success", ""), (Status(result), Message(result)));
        return P.OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String((string)result["returnValue"]!["string"]!));
    }

    private async Task<(HttpResponseMessage Answer, JsonObject Result)> SendAsync(
        string function, HttpMethod method, string path, HttpContent? content)
    {
        using var request = Request(method, path, content);
        using var http = new HttpClient();
        HttpResponseMessage? answer = null;
        var result = await worker.Host.InvokeAsync(function, Http(request), async id =>
        {
            request.Headers.Add("x-ms-invocation-id", id);
            answer = await http.SendAsync(request);
        });
        return (answer!, result);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content) =>
        new(method, new Uri(worker.Host.Http, path)) { Content = content };

    private static JsonObject Http(HttpRequestMessage request) => new()
    {
        ["http"] = new JsonObject { ["method"] = request.Method.Method, ["url"] = request.RequestUri!.AbsoluteUri },
    };

    private static JsonObject Json(string data) => new() { ["json"] = data };

    private static string? Status(JsonObject result) => (string?)result["result"]!["status"];

    private static string Message(JsonObject result) => (string?)result["result"]!["exception"]?["message"] ?? "";
}
