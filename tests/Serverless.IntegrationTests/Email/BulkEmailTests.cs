using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Serverless.Email;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Email;

[Collection(AzuriteTests.Name)]
public sealed class BulkEmailTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Bulk_InlineRecipients_AreSentWithBothPartsAndHeaders()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        await host.UploadAsync(
            Containers.Templates, "spring.html.liquid", "<p>Dear {{ name }}, {{ what }} <a href=\"{{ unsubscribe_url }}\">stop</a></p>");
        await host.UploadAsync(Containers.Templates, "spring.subject.liquid", "{{ name }}: {{ what }}\n");
        var id = await host.StartJobAsync(new JsonObject
        {
            ["template"] = "spring",
            ["context"] = new JsonObject { ["what"] = "buds & <b>leaves</b>" },
            ["unsubscribe"] = "https://example.org/stop?who={{ to | url_encode }}",
            ["recipients"] = new JsonArray(
                new JsonObject { ["to"] = "Åsa <asa@example.com>", ["name"] = "Åsa" },
                new JsonObject
                {
                    ["to"] = "bo@example.com",
                    ["name"] = "Bo\r\nBcc: all@example.com",
                    ["from"] =
                    "bo's friend <friend@example.net>"
                }),
        });

        var status = await host.WaitAsync(id);

        Assert.Equal(MailJobState.Completed, status.State);
        Assert.Equal((2, 2, 0, 1.0), (status.Result!.Total, status.Result.Successful, status.Result.Failed, status.Result.SuccessRate));
        Assert.Equal((2, 2, "done"), (status.Progress!.Current, status.Progress.Total, status.Progress.Phase));
        var messages = server.Taken.Select(t => t.Read()).ToList();
        var asa = messages.Single(m => m.To.Mailboxes.Single().Address == "asa@example.com");
        Assert.Equal("Åsa: buds & <b>leaves</b>", asa.Subject);
        Assert.Equal("news@example.org", asa.From.Mailboxes.Single().Address);
        Assert.Contains("Dear Åsa, buds &amp; &lt;b&gt;leaves&lt;/b&gt;", asa.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("Dear Åsa, buds & <b>leaves</b> stop (https://example.org/stop?who=asa%40example.com)", asa.TextBody!.Trim());
        Assert.Equal("<https://example.org/stop?who=asa%40example.com>", asa.Headers[HeaderId.ListUnsubscribe]);
        Assert.Equal("List-Unsubscribe=One-Click", asa.Headers[HeaderId.ListUnsubscribePost]);
        Assert.Equal($"{id}.0@example.org", asa.MessageId);
        var bo = messages.Single(m => m.To.Mailboxes.Single().Address == "bo@example.com");
        Assert.Equal(("friend@example.net", $"{id}.1@example.net"), (bo.From.Mailboxes.Single().Address, bo.MessageId));
        Assert.Equal("Bo Bcc: all@example.com: buds & <b>leaves</b>", bo.Subject);
        Assert.Empty(bo.Bcc);
    }

    [Fact]
    public async Task Bulk_AddressGivenTwice_GetsOneMailAndTheSecondIsSaid()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        var request = EmailHost.Request("a@example.com", "b@example.com", "Ann <A@Example.com>", "c@example.com", "b@example.com");
        request["batchSize"] = 1;

        var status = await host.WaitAsync(await host.StartJobAsync(request));

        Assert.Equal((5, 3, 2), (status.Result!.Total, status.Result.Successful, status.Result.Failed));
        Assert.Equal(
            ["a@example.com", "b@example.com", "c@example.com"], server.Taken.Select(t => t.Read().To.Mailboxes.Single().Address)
                .Order(StringComparer.Ordinal));
        Assert.Equal([2, 4], status.Result.FailedSends.Select(f => f.Index));
        Assert.All(status.Result.FailedSends, f => Assert.Contains("stands earlier in the list", f.Answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bulk_WholeBatch_LeavesTheSpeedOfSending()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);

        var status = await host.RunAsync("a@example.com", "b@example.com");

        Assert.Equal(MailJobState.Completed, status.State);
        var speed = await host.Services.GetRequiredService<MeasuredSpeeds>().FindAsync(SendBatch.SpeedKind);
        Assert.True(speed?.ItemsPerSecond > 0, $"{speed}");
    }

    [Theory]
    [InlineData(null, 100)]
    [InlineData(0.01, 10)]
    [InlineData(2.5, 150)]
    [InlineData(500.0, 1_000)]
    public void BatchSize_NotAskedFor_IsWhatWasMeasuredToTakeAMinute(double? messagesPerSecond, int size) =>
        Assert.Equal(size, BatchSizing.Choose(messagesPerSecond is { } measured ? new Speed(measured) : null, new EmailSettings()));

    [Theory]
    [InlineData("list.csv",
        "to;subject;name\r\na@example.com;Own;\"Ann; \"\"A\"\"\r\nand more\"\r\n\r\nb@example.com;;Bea\r\nc@example.com;\r\n")]
    [InlineData("list.jsonl",
        "\ufeff{\"to\":\"a@example.com\",\"subject\":\"Own\",\"name\":\"Ann; \\\"A\\\"\\r\\nand " +
        "more\"}\n\n{\"to\":\"b@example.com\",\"name\":\"Bea\"}\n[1]")]
    public async Task Bulk_ListInStorage_IsReadInBatches(string name, string content)
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        await host.UploadAsync(Containers.Recipients, name, content);
        var request = EmailHost.Request();
        request["recipients"] = $"recipients/{name}";
        request["context"]!["body"] = "Unused";
        request["batchSize"] = 1;
        await host.UploadAsync(Containers.Templates, "named.html.liquid", "<p>{{ name }}</p>");
        request["template"] = "named";
        request["subject"] = "For {{ name }}";

        var status = await host.WaitAsync(await host.StartJobAsync(request));

        Assert.Equal((3, 2, 1), (status.Result!.Total, status.Result.Successful, status.Result.Failed));
        Assert.Equal(2, status.Result.FailedSends.Single().Index);
        var messages = server.Taken.Select(t => t.Read()).ToDictionary(m => m.To.Mailboxes.Single().Address);
        Assert.Equal("Own", messages["a@example.com"].Subject);
        Assert.Contains("<p>Ann; &quot;A&quot;&#xD;&#xA;and more</p>", messages["a@example.com"].HtmlBody!, StringComparison.Ordinal);
        Assert.Equal("For Bea", messages["b@example.com"].Subject);
    }

    [Fact]
    public async Task Bulk_BadAddressesAndRefusedRecipients_FailAlone()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);

        var status = await host.RunAsync(
            "a@example.com", "not an address", "refused-b@example.com", "a@b\nBcc: c@example.com", "d@example.com");

        Assert.Equal((5, 2, 3, 0.4), (status.Result!.Total, status.Result.Successful, status.Result.Failed, status.Result.SuccessRate));
        Assert.Equal([1, 2, 3], status.Result.FailedSends.Select(f => f.Index));
        Assert.Equal((550, "refused-b@example.com"), (status.Result.FailedSends[1].Code, status.Result.FailedSends[1].Address));
        Assert.Contains("No such user", status.Result.FailedSends[1].Answer, StringComparison.Ordinal);
        Assert.Equal("Holds control characters.", status.Result.FailedSends[2].Answer);
        Assert.Equal(["a@example.com", "d@example.com"], server.Taken.Select(t => t.To.Single()).Order());
    }

    [Fact]
    public async Task Bulk_ManyFailures_AreInABlob()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);

        var status = await host.RunAsync(
            [.. Enumerable.Range(0, 130).Select(i => i % 10 == 0 ? $"ok{i}@example.com" : $"refused-{i}@example.com")]);

        Assert.Equal((13, 117, 100), (status.Result!.Successful, status.Result.Failed, status.Result.FailedSends.Count));
        var lines = (await host.ReadAsync(status.Result.FailedSendsBlob!)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(118, lines.Length);
        Assert.StartsWith("129,refused-129@example.com,550,", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bulk_SuppressedAddresses_AreNotSentTo()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        using var put = await host.Http.PutAsync("email/suppressions/No.More%40Example.com?reason=asked", null);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        var status = await host.RunAsync("no.more@example.com", "Who <NO.MORE@example.com>", "more@example.com");

        Assert.Equal((1, 0, 2), (status.Result!.Successful, status.Result.Failed, status.Result.Suppressed));
        Assert.Equal("more@example.com", server.Taken.Single().To.Single());
        var entry = await host.Http.GetFromJsonAsync<JsonObject>("email/suppressions/no.more@example.com");
        Assert.Equal("asked", entry!["reason"]!.GetValue<string>());
        var list = await host.Http.GetFromJsonAsync<JsonObject>("email/suppressions");
        Assert.Contains(list!["suppressions"]!.AsArray(), s => s!["address"]!.GetValue<string>() == "no.more@example.com");
        using var delete = await host.Http.DeleteAsync("email/suppressions/no.more@example.com");
        using var again = await host.Http.DeleteAsync("email/suppressions/no.more@example.com");
        using var gone = await host.Http.GetAsync("email/suppressions/no.more@example.com");
        Assert.Equal(
            (HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound),
            (delete.StatusCode, again.StatusCode, gone.StatusCode));
    }

    [Fact]
    public async Task Bulk_SameKey_IsSentOnce()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        var request = EmailHost.Request("once@example.com");
        request["key"] = "spring-2026";

        var id = await host.StartJobAsync(request);
        Assert.Equal(id, await host.StartJobAsync(request));
        await host.WaitAsync(id);
        Assert.Equal(id, await host.StartJobAsync(request));
        request["subject"] = "Another";
        using var other = await host.Http.PostAsJsonAsync("email/bulk", request);

        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Equal("subject", (await other.Content.ReadFromJsonAsync<JsonObject>())!["differs"]![0]!.GetValue<string>());
        Assert.Single(server.Taken);
    }

    [Fact]
    public async Task Bulk_WithoutMailServer_WritesFiles()
    {
        using var folder = new TemporaryFolder();
        await using var toFolder = await EmailHost.StartAsync(
            azurite, new() { ["Smtp:From"] = "a@example.org", ["Mail:Folder"] = folder.Path });
        await using var toContainer = await EmailHost.StartAsync(azurite, new() { ["Smtp:From"] = "a@example.org" });

        var first = await toFolder.RunAsync("x@example.com");
        var second = await toContainer.RunAsync("y@example.com");

        Assert.Equal(
            "x@example.com", MimeMessage.Load(Path.Combine(folder.Path, $"{first.Id}.0@example.org.eml")).To.Mailboxes.Single().Address);
        Assert.Contains(
            "To: y@example.com", await toContainer.ReadAsync($"mail/outbox/{second.Id}.0@example.org.eml"), StringComparison.Ordinal);
        var page = await toFolder.Http.GetFromJsonAsync<JsonObject>("email?size=2");
        Assert.Equal([second.Id, first.Id], page!["jobs"]!.AsArray().Select(j => j!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Bulk_TenThousand_EachOnce()
    {
        const int count = 10_000;
        await using var server = await MailServer.StartAsync(new MailServerOptions(Quiet: true));
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        await host.UploadAsync(
            Containers.Recipients, "many.csv", "to,name\n" + string.Concat(
                Enumerable.Range(0, count).Select(i => $"user{i}@example.com,User {i}\n")));
        var request = EmailHost.Request();
        request["recipients"] = "recipients/many.csv";
        var id = await host.StartJobAsync(request);

        var last = 0L;
        for (var thousands = 0; thousands < count; thousands += 1_000)
        {
            await Eventually.TrueAsync(() => server.Taken.Count > thousands);
            var now = (await host.FindAsync(id)).Progress?.Current ?? 0;
            Assert.InRange(now, last, count);
            last = now;
        }

        var status = await host.WaitAsync(id);

        Assert.Equal((count, count), (status.Result!.Total, status.Result.Successful));
        Assert.Equal(count, server.Taken.Select(t => t.Id).Distinct().Count());
        Assert.Equal(count, server.Taken.Count);
    }
}
