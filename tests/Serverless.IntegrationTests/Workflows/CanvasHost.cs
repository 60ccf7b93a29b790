using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Tasks;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;
using Serverless.Workflows.Canvas;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>The host of workflows, with canvases and a task that takes anything.</summary>
internal sealed class CanvasHost(WorkflowHost host, JsonScript script, AzuriteFixture azurite) : IAsyncDisposable
{
    public static readonly Type[] Functions =
        [typeof(CanvasFunctions), typeof(CanvasRun), typeof(LoadCanvas), typeof(JoinLists), typeof(StoreOutcomes)];

    public JsonScript Script => script;

    public FakeTimeProvider Time => host.Time;

    public HttpClient Http => host.Http;

    public TaskHost Tasks => host.Tasks;

    public WorkflowHost Workflows => host;

    public static async Task<CanvasHost> StartAsync(AzuriteFixture azurite, string? folder = null)
    {
        var script = new JsonScript();
        var host = await WorkflowHost.StartAsync(
            azurite,
            services => services.AddSingleton(script)
                .AddSingleton(TaskRegistry.Discover(
                    [.. typeof(TaskServices).Assembly.GetTypes(), typeof(JsonTask), typeof(ScriptTask), typeof(LongScriptTask)])),
            folder,
            Functions);
        return new CanvasHost(host, script, azurite);
    }

    public Task<HttpResponseMessage> PostAsync(string canvas, string members = "") =>
        Http.PostAsync(new Uri("/api/canvas", UriKind.Relative), new StringContent($$"""{ {{members}} "canvas": {{canvas}} }"""));

    /// <summary>Starts a canvas.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> StartRunAsync(string canvas, string members = "")
    {
        using var response = await PostAsync(canvas, members);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Accepted, answer?.ToJsonString());
        return answer!["id"]!.GetValue<string>();
    }

    public async Task<JsonObject> StatusAsync(string id) =>
        (await Http.GetFromJsonAsync<JsonObject>($"/runtime/webhooks/durabletask/instances/{id}?showHistory=true"))!;

    /// <summary>Waits for a canvas' end.</summary>
    public async Task<JsonObject> EndAsync(string id)
    {
        JsonObject? status = null;
        await Eventually.TrueAsync(
            async () => (status = await StatusAsync(id))["runtimeStatus"]!.GetValue<string>() is "Completed" or "Failed");
        return status!;
    }

    /// <summary>Runs a canvas to a good end.</summary>
    /// <returns>Its result.</returns>
    public async Task<JsonElement> RunAsync(string canvas)
    {
        var status = await EndAsync(await StartRunAsync(canvas));
        Assert.True(status["runtimeStatus"]!.GetValue<string>() == "Completed", status["output"]?.ToJsonString());
        var output = status["output"]!;
        return output["ResultBlob"]?.GetValue<string>() is { } blob
            ? JsonSerializer.Deserialize<JsonElement>(await ReadAsync(blob)) : output["Result"].Deserialize<JsonElement>();
    }

    /// <summary>Runs a canvas to a bad end.</summary>
    /// <returns>What it says.</returns>
    public async Task<string> FailAsync(string canvas)
    {
        var status = await EndAsync(await StartRunAsync(canvas));
        Assert.Equal("Failed", status["runtimeStatus"]!.GetValue<string>());
        return status["output"]!.ToString();
    }

    /// <summary>A blob by its full name.</summary>
    public async Task<string> ReadAsync(string name)
    {
        var blob = BlobName.Split(name);
        var container = await azurite.Containers.GetAsync(blob);
        return (await container.GetBlobClient(blob.Path).DownloadContentAsync()).Value.Content.ToString();
    }

    /// <summary>Puts a blob into the container for files.</summary>
    public async Task UploadAsync(string path, string content) =>
        await (await azurite.Containers.GetAsync(Containers.Incoming)).GetBlobClient(path)
            .UploadAsync(BinaryData.FromString(content), overwrite: true);

    public Task RaiseAsync(string id, string name, string json) =>
        Http.PostAsync(
            new Uri($"/runtime/webhooks/durabletask/instances/{id}/raiseEvent/{name}", UriKind.Relative), new StringContent(
                json, System.Text.Encoding.UTF8, "application/json"));

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
