using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>Kills the host together with its Azurite while a CSV job, a workflow run and a mail job are at work.</summary>
public sealed class JobKillTests
{
    private const int Records = 100_000;
    private const int Rejected = Records / 1_000;
    private const int Items = 300;
    private const int Recipients = 400;
    private const int Kills = 2;

    // Leases of a killed host end after a minute, and machines are slow.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private static readonly string[] Ends = ["completed", "failed", "cancelled"];

    [Fact]
    public async Task HostAndAzurite_KilledTogether_JobsOfEveryKindEndRight()
    {
        using var folder = new TemporaryFolder();
        string[] jobs;
        using (var first = await HostProcess.StartAsync(folder.Path))
        {
            jobs = [await StartCsvAsync(first), await StartRunAsync(first), await StartMailAsync(first)];
            await AtWorkAsync(first, jobs);
            first.Kill();
        }

        for (var kill = 1; kill < Kills; kill++)
        {
            using var next = await HostProcess.StartAsync(folder.Path);
            await AtWorkAsync(next, jobs);
            next.Kill();
        }

        using var last = await HostProcess.StartAsync(folder.Path);
        var ended = new List<JsonElement>();
        foreach (var job in jobs) ended.Add(await EndAsync(last, job));

        Assert.All(ended, job => Assert.True(State(job) == "completed", job.GetRawText()));
        Assert.Equal((Records, Records - Rejected), (Count(ended[0], "total"), Count(ended[0], "accepted")));
        Assert.Equal(Rejected, Count(ended[0], "rejected"));
        var each = ended[1].GetProperty("steps")[0].GetProperty("result");
        Assert.Equal((Items, Items), (Count(each, "items"), Count(each, "succeeded")));
        Assert.Equal(Recipients, Count(ended[2].GetProperty("result"), "successful"));
        Assert.Equal(Recipients, Addresses(Path.Combine(folder.Path, "mail")));
        last.Kill();
    }

    private static async Task<string> StartCsvAsync(HostProcess host)
    {
        var text = new StringBuilder("id,amount\n");
        for (var i = 1; i <= Records; i++) text.Append(CultureInfo.InvariantCulture, $"{i},{(i % 1_000 == 0 ? "x" : "1.5")}\n");
        using var body = new StringContent(text.ToString());
        using var answer = await host.Http.PutAsync("api/csv/killed.csv?chunkBytes=65536&maxParallel=2", body);
        return $"api/csv/{await IdAsync(answer)}";
    }

    private static async Task<string> StartRunAsync(HostProcess host)
    {
        using var definition = new StringContent(
            """
            {"steps": [{"name": "each", "type": "map", "task": "demo.add", "items": "$.input.numbers", "args": {"a": "$.item", "b": 1},
              "chunkSize": 5, "via": "activity"}]}
            """);
        using var put = await host.Http.PutAsync("api/workflows/killed", definition);
        put.EnsureSuccessStatusCode();
        using var answer = await host.Http.PostAsJsonAsync(
            "api/workflows/killed/runs", new { input = new { numbers = Enumerable.Range(1, Items) } });
        return $"api/workflows/runs/{await IdAsync(answer)}";
    }

    private static async Task<string> StartMailAsync(HostProcess host)
    {
        using var answer = await host.Http.PostAsJsonAsync("api/email/bulk", new
        {
            template = "message",
            from = "News <news@example.org>",
            context = new { heading = "Spring", body = "It is here." },
            recipients = Enumerable.Range(1, Recipients).Select(i => new { to = $"r{i}@example.org" }),
            batchSize = 10,
            maxParallel = 1,
        });
        return $"api/email/{await IdAsync(answer)}";
    }

    private static async Task<string> IdAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    // Whatever is faster than the machine is over by now: its result must be there all the same.
    private static async Task AtWorkAsync(HostProcess host, string[] jobs)
    {
        var watch = Stopwatch.StartNew();
        foreach (var job in jobs)
        {
            while (State(await ShowAsync(host, job)) == "pending")
            {
                Assert.True(watch.Elapsed < Patience, $"Not begun: {job}");
                await Task.Delay(Poll, TimeProvider.System);
            }
        }
    }

    private static async Task<JsonElement> EndAsync(HostProcess host, string path)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var job = await ShowAsync(host, path);
            if (Ends.Contains(State(job))) return job;
            Assert.True(watch.Elapsed < Patience, $"Not ended: {job}");
            await Task.Delay(Poll, TimeProvider.System);
        }
    }

    private static async Task<JsonElement> ShowAsync(HostProcess host, string path)
    {
        using var answer = await host.Http.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string State(JsonElement job) =>
        (job.TryGetProperty("state", out var state) ? state : job.GetProperty("status")).GetString()!.ToLowerInvariant();

    private static int Count(JsonElement job, string name) => job.GetProperty(name).GetInt32();

    // A message that was just being sent may be there twice, and each receiver has one at least.
    private static int Addresses(string folder) => Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories)
        .Select(file => File.ReadLines(file).First(line => line.StartsWith("To:", StringComparison.OrdinalIgnoreCase))).Distinct().Count();
}
