using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.Operations;
using Serverless.IntegrationTests.Tasks;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Queues.Operations;

/// <summary>
/// A host with tasks, queues and what operates on them. Its scripted tasks fail as long as they are <see cref="Broken"/>.
/// </summary>
internal sealed class OperationHost(TaskHost tasks) : IAsyncDisposable
{
    public TaskHost Tasks => tasks;

    /// <summary>Which arguments the scripted tasks refuse; all at first.</summary>
    public Func<ScriptArgs, bool> Broken { get; set; } = _ => true;

    public static async Task<OperationHost> StartAsync(
        AzuriteFixture azurite, Action<IServiceCollection>? services = null, FakeTimeProvider? time = null)
    {
        var tasks = await TaskHost.StartAsync(
            azurite, services, time: time,
            functions: [typeof(QueueEndpoints), typeof(DeadLetterEndpoints), typeof(QueueOperationEndpoints),
                typeof(QueueOperationOrchestrator), typeof(QueueOperationActivities)]);
        var host = new OperationHost(tasks);
        tasks.Script.Run = (args, _) => host.Broken(args)
            ? throw new TaskValidationException($"'{args.Text}' is refused.") : Task.FromResult<object?>(args.Text);
        return host;
    }

    /// <summary>Sends tasks that fail, one after the other, and waits until they are dead letters.</summary>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<string>> FailAsync(params string[] texts)
    {
        var ids = new List<string>();
        foreach (var text in texts)
        {
            ids.Add(await tasks.SendAsync(new ScriptArgs(text)));
            await tasks.DeadLetterAsync(ids[^1]);
        }

        return ids;
    }

    public async Task<JsonElement> GetAsync(string path) => await tasks.Http.GetFromJsonAsync<JsonElement>($"api/{path}");

    /// <summary>The ids of a queue's dead letters, as the list has them.</summary>
    public async Task<IReadOnlyList<string>> DeadLettersAsync(string query = "", string queue = "default") =>
        [.. (await GetAsync($"queues/{queue}/deadletters?{query}")).GetProperty("deadLetters").EnumerateArray()
            .Select(d => d.GetProperty("id").GetString()!)];

    /// <summary>Starts a requeue and waits for its end.</summary>
    public async Task<QueueOperationProgress> RequeueAsync(JsonObject body, string queue = "default")
    {
        using var response = await tasks.Http.PostAsJsonAsync($"api/queues/{queue}/deadletters/requeue", body);
        return await EndAsync(response);
    }

    /// <summary>Starts a purge and waits for its end.</summary>
    public async Task<QueueOperationProgress> DeleteAsync(string path)
    {
        using var response = await tasks.Http.DeleteAsync($"api/{path}");
        return await EndAsync(response);
    }

    public ValueTask DisposeAsync() => tasks.DisposeAsync();

    // The operation's timers need the clock to go on.
    private async Task<QueueOperationProgress> EndAsync(HttpResponseMessage response)
    {
        var content = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, content);
        var status = JsonDocument.Parse(content).RootElement.GetProperty("status").GetString()!;
        JsonElement instance = default;
        await Eventually.TrueAsync(async () =>
        {
            tasks.Time.Advance(TimeSpan.FromMilliseconds(500));
            instance = await tasks.Http.GetFromJsonAsync<JsonElement>(status);
            return instance.GetProperty("status").GetString() is "completed" or "failed";
        });
        Assert.True(instance.GetProperty("status").GetString() == "completed", instance.ToString());
        return instance.GetProperty("output").Deserialize<QueueOperationProgress>(JsonSerializerOptions.Web)!;
    }
}
