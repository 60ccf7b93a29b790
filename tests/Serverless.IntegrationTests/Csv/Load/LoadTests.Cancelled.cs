using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>A job that is cancelled while it loads.</summary>
public sealed partial class LoadTests
{
    [PostgresFact]
    public async Task Load_JobIsCancelledMeanwhile_LeavesNothingInTheDatabase()
    {
        await _postgres.ExecuteAsync("CREATE TABLE load_cancelled (id int, v text)");
        await using var host = await StartAsync();
        const string path = "load/cancelled.csv";
        var records = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i},text\n"));
        await host.UploadAsync(path, Encoding.UTF8.GetBytes("id,v\n" + records));
        var options = Options("load_cancelled", Integers);
        options["blob"] = $"incoming/{path}";
        (options["chunkBytes"], options["maxParallel"]) = (1_000, 1);
        var id = await host.StartJobAsync(options);
        await Eventually.TrueAsync(async () => (await Leftovers()).Count > 0);

        using var response = await host.Http.DeleteAsync(new Uri($"csv/{id}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(CsvJobState.Cancelled, (await host.FindAsync(id)).State);
        var discard = ActivatorUtilities.CreateInstance<DiscardParts>(host.Services);
        await Eventually.TrueAsync(async () =>
        {
            // A range that was at work may still write one.
            await discard.RunAsync(JobFolder.NameOf(path, id), CancellationToken.None);
            return (await Leftovers()).Count == 0;
        });
        Assert.Empty(await _postgres.ReadAsync("SELECT * FROM load_cancelled"));
    }
}
