using System.Text.Json;
using Serverless.IntegrationTests.Tasks;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Email;

[Collection(TaskTests.Name)]
public sealed class SendEmailTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Task_SendsToAllRecipients()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await TaskHost.StartAsync(azurite, settings: server.Settings);

        var id = await SendAsync(host, "a@example.com", "b@example.com");

        var record = await host.WaitAsync(id, TaskState.Success);
        Assert.Equal($"{id}@example.org", record.Result!.Value.GetProperty("messageId").GetString());
        var taken = server.Taken.Single();
        Assert.Equal(["a@example.com", "b@example.com"], taken.To);
        Assert.Equal("Done", taken.Read().Subject);
    }

    [Fact]
    public async Task Task_Refused_IsGivenUp_AndPutOff_IsTriedAgain()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await TaskHost.StartAsync(azurite, settings: server.Settings);

        var refused = await SendAsync(host, "refused-a@example.com");
        var later = await SendAsync(host, "greylisted-b@example.com");

        Assert.Contains("550", (await host.WaitAsync(refused, TaskState.Failure)).Error!.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(60), await host.RetryAsync(later, 1));
        await host.WaitAsync(later, TaskState.Success);
        Assert.Equal("greylisted-b@example.com", server.Taken.Single().To.Single());
    }

    [Theory]
    [InlineData("""{"to": []}""", "to has 0 addresses")]
    [InlineData("""{"to": ["nobody"]}""", "to: Is no e-mail address")]
    [InlineData("""{"to": ["a@example.com"], "template": "nowhere"}""", "There is no template 'nowhere'.")]
    [InlineData("""{"to": ["a@example.com"], "subject": "a\nBcc: b@example.com"}""", "subject holds control characters.")]
    public async Task Task_FaultyArguments_AreGivenUpAtOnce(string args, string error)
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await TaskHost.StartAsync(azurite, settings: server.Settings);

        var id = await host.Tasks.SendAsync("email.send", JsonSerializer.Deserialize<JsonElement>(args));

        Assert.StartsWith(error, (await host.WaitAsync(id, TaskState.Failure)).Error!.Message, StringComparison.Ordinal);
        Assert.Empty(server.Taken);
    }

    private static Task<string> SendAsync(TaskHost host, params string[] to) =>
        host.Tasks.SendAsync("email.send", new { to, context = new { heading = "Done", body = "It is." } });
}
