using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Email;

[Collection(AzuriteTests.Name)]
public sealed class EmailFaultTests(AzuriteFixture azurite)
{
    private static readonly string[] Five = [.. Enumerable.Range(1, 5).Select(i => $"r{i}@example.com")];

    [Fact]
    public async Task Greylisted_IsSentAfterTheDelay()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings, time);
        var id = await host.StartJobAsync(EmailHost.Request("greylisted-a@example.com", "b@example.com", "greylisted-c@example.com"));
        await Eventually.TrueAsync(async () => (await host.FindAsync(id)).Progress is { Phase: "wait", Current: 1 });
        Assert.Equal(["b@example.com"], server.Taken.Select(t => t.To.Single()));

        time.Advance(TimeSpan.FromMinutes(1));

        var status = await host.WaitAsync(id);
        Assert.Equal((3, 3, 0), (status.Result!.Total, status.Result.Successful, status.Result.Failed));
        Assert.Equal(["a", "b", "c"], server.Taken.Select(t => t.To.Single().Split('@')[0][^1..]).Order());
    }

    [Fact]
    public async Task PutOffForEver_FailsAfterTheLastRetry()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, new(server.Settings) { ["Mail:MaxRetries"] = "2" }, time);
        var id = await host.StartJobAsync(EmailHost.Request("later-a@example.com", "b@example.com"));
        foreach (var minutes in (int[])[1, 3])
        {
            await Eventually.TrueAsync(async () => (await host.FindAsync(id)).Progress is { Phase: "wait" });
            time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.Null((await host.FindAsync(id)).Result);
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(async () => await host.FindAsync(id) is { Result: not null } or { Progress.Phase: "wait" });
        }

        var status = await host.WaitAsync(id);
        Assert.Equal((1, 1), (status.Result!.Successful, status.Result.Failed));
        Assert.Equal((451, "later-a@example.com"), (status.Result.FailedSends.Single().Code, status.Result.FailedSends.Single().Address));
    }

    [Fact]
    public async Task ServerDown_JobWaits_AndGoesOnWhenItIsBack()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var server = await MailServer.StartAsync();
        var (port, settings) = (server.Port, server.Settings);
        await server.DisposeAsync();
        await using var host = await EmailHost.StartAsync(azurite, settings, time);
        var id = await host.StartJobAsync(EmailHost.Request(Five));
        await WaitForOutageAsync(host, id, 30);
        time.Advance(TimeSpan.FromSeconds(30));
        await WaitForOutageAsync(host, id, 60);

        await using var back = await MailServer.StartAsync(new MailServerOptions(Port: port));
        time.Advance(TimeSpan.FromSeconds(60));

        var status = await host.WaitAsync(id);
        Assert.Equal((MailJobState.Completed, 5, 0), (status.State, status.Result!.Successful, status.Result.Failed));
        Assert.Equal(Five, back.Taken.Select(t => t.To.Single()));
    }

    [Fact]
    public async Task ServerDownForTooLong_JobFails()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var server = await MailServer.StartAsync();
        var settings = server.Settings;
        await server.DisposeAsync();
        await using var host = await EmailHost.StartAsync(azurite, new(settings) { ["Mail:MaxOutage"] = "00:01:00" }, time);
        var id = await host.StartJobAsync(EmailHost.Request(Five));
        foreach (var seconds in (int[])[30, 60])
        {
            await WaitForOutageAsync(host, id, seconds);
            time.Advance(TimeSpan.FromSeconds(seconds));
        }

        var status = await host.WaitAsync(id);
        Assert.Equal(MailJobState.Failed, status.State);
        Assert.Contains("could not be used", status.Error, StringComparison.Ordinal);
        Assert.Contains($":{settings["Smtp:Port"]}", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionDropped_InTheMiddleOfABatch_EveryMessageArrives()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);

        var status = await host.RunAsync(
            "a@example.com", "dropped-b@example.com", "c@example.com", "unanswered-d@example.com", "e@example.com");

        Assert.Equal((5, 0), (status.Result!.Successful, status.Result.Failed));
        Assert.Equal(5, server.Taken.Select(t => t.Id).Distinct().Count());

        // The server took it and could not say so: it comes twice, and its Message-Id tells.
        var twice = server.Taken.GroupBy(t => t.Id).Single(g => g.Count() > 1);
        Assert.All(twice, t => Assert.Equal("unanswered-d@example.com", t.To.Single()));
    }

    [Fact]
    public async Task ConnectionDropped_AlwaysByTheSameMessage_FailsItAlone()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, new(server.Settings) { ["Mail:MaxRetries"] = "0" });

        var status = await host.RunAsync("a@example.com", "poisoned-b@example.com", "c@example.com");

        Assert.Equal((2, 1), (status.Result!.Successful, status.Result.Failed));
        Assert.Equal(
            (421, "poisoned-b@example.com"), (status.Result.FailedSends.Single().Code, status.Result.FailedSends.Single().Address));
        Assert.Equal(["a@example.com", "c@example.com"], server.Taken.Select(t => t.To.Single()));
    }

    [Fact]
    public async Task Purge_DeletesWhatEndedLongAgo()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddYears(-1));
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings, time);
        var old = await host.RunAsync("a@example.com", "refused-b@example.com");
        time.Advance(TimeSpan.FromDays(2));
        var young = await host.RunAsync("c@example.com");

        var (deleted, hasMore) = await host.Services.GetRequiredService<MailPurge>()
            .DeleteAsync(time.GetUtcNow().AddDays(-1), CancellationToken.None);

        Assert.Equal((1, false), (deleted, hasMore));
        using var gone = await host.Http.GetAsync($"email/{old.Id}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(1, (await host.FindAsync(young.Id)).Result!.Successful);
        Assert.Empty(await host.Services.GetRequiredService<MailLedger>().ListFailedAsync(old.Id, CancellationToken.None).ToListAsync());
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => host.ReadAsync($"mail/jobs/{old.Id}/plan.json"));
        await host.ReadAsync($"mail/jobs/{young.Id}/plan.json");
    }

    [Theory]
    [InlineData("starttls", "StartTls")]
    [InlineData("tls", "Tls")]
    public async Task Tls_OwnAuthorityAndLogin_AreUsed(string security, string setting)
    {
        using var folder = new TemporaryFolder();
        var files = CreateCertificates(folder.Path);
        await using var server = await MailServer.StartAsync(
            new MailServerOptions(security, files.Key, files.Certificate, "app", "secret"));
        await using var host = await EmailHost.StartAsync(azurite, new(server.Settings)
        {
            ["Smtp:Security"] = setting,
            ["Smtp:CertificateAuthority"] = files.Authority,
            ["Smtp:User"] = "app",
            ["Smtp:Password"] = "secret",
        });

        var status = await host.RunAsync("a@example.com", "b@example.com");

        Assert.Equal(2, status.Result!.Successful);
        Assert.All(server.Taken, t => Assert.Equal((true, "app"), (t.Secure, t.User)));
    }

    [Fact]
    public async Task Tls_UnknownAuthority_JobWaitsAndSendsNothing()
    {
        using var folder = new TemporaryFolder();
        var files = CreateCertificates(folder.Path);
        await using var server = await MailServer.StartAsync(new MailServerOptions("starttls", files.Key, files.Certificate));
        await using var host = await EmailHost.StartAsync(
            azurite, new(server.Settings) { ["Smtp:Security"] = "StartTls" }, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));

        var id = await host.StartJobAsync(EmailHost.Request(Five));

        await Eventually.TrueAsync(
            async () => (await host.FindAsync(id)).Progress is { Phase: "wait" } p
                && p.Status.Contains("certificate is not trusted", StringComparison.Ordinal));
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task Login_Refused_JobWaits()
    {
        using var folder = new TemporaryFolder();
        var files = CreateCertificates(folder.Path);
        await using var server = await MailServer.StartAsync(
            new MailServerOptions("starttls", files.Key, files.Certificate, "app", "secret"));
        await using var host = await EmailHost.StartAsync(
            azurite,
            new(server.Settings)
            {
                ["Smtp:Security"] = "StartTls",
                ["Smtp:CertificateAuthority"] = files.Authority,
                ["Smtp:User"] = "app",
                ["Smtp:Password"] = "wrong",
            },
            new FakeTimeProvider(TimeProvider.System.GetUtcNow()));

        var id = await host.StartJobAsync(EmailHost.Request(Five));

        await Eventually.TrueAsync(
            async () => (await host.FindAsync(id)).Progress is { Phase: "wait" } p
                && p.Status.Contains("refused the login", StringComparison.Ordinal));
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task Cancel_StopsWithinABatch()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        var request = EmailHost.Request([.. Enumerable.Range(1, 500).Select(i => $"r{i}@example.com")]);
        (request["maxPerSecond"], request["batchSize"]) = (10, 500);
        var id = await host.StartJobAsync(request);
        await Eventually.TrueAsync(() => server.Taken.Count >= 3);

        using var response = await host.Http.DeleteAsync($"email/{id}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var status = await host.WaitAsync(id);
        Assert.Equal(MailJobState.Cancelled, status.State);
        Assert.Equal(server.Taken.Count, status.Result!.Successful);
        Assert.InRange(status.Result.Successful, 3, 499);
        using var again = await host.Http.DeleteAsync($"email/{id}");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Fact]
    public async Task Cancel_WhileWaitingForTheServer_EndsAtOnce()
    {
        var server = await MailServer.StartAsync();
        var settings = server.Settings;
        await server.DisposeAsync();
        await using var host = await EmailHost.StartAsync(azurite, settings, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var id = await host.StartJobAsync(EmailHost.Request(Five));
        await WaitForOutageAsync(host, id, 30);

        using var response = await host.Http.DeleteAsync($"email/{id}");

        var status = await host.WaitAsync(id);
        Assert.Equal((MailJobState.Cancelled, 5, 0), (status.State, status.Result!.Total, status.Result.Successful));
    }

    [Fact]
    public async Task Cancel_EndedOrUnknownJob_IsRefused()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await EmailHost.StartAsync(azurite, server.Settings);
        var status = await host.RunAsync("a@example.com");

        using var ended = await host.Http.DeleteAsync($"email/{status.Id}");
        using var unknown = await host.Http.DeleteAsync("email/mail-nobody");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (ended.StatusCode, unknown.StatusCode));
    }

    private static Task WaitForOutageAsync(EmailHost host, string id, int seconds) => Eventually.TrueAsync(async () =>
        (await host.FindAsync(id)).Progress is { Phase: "wait" } p
            && p.Status.StartsWith($"Waiting {seconds} s for the mail server.", StringComparison.Ordinal));

    private static (string Authority, string Certificate, string Key) CreateCertificates(string folder)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail.example.org", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1, 2, 3, 4]);

        var files = (Path.Combine(folder, "authority.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(files.Item1, authority.ExportCertificatePem());
        File.WriteAllText(files.Item2, certificate.ExportCertificatePem());
        File.WriteAllText(files.Item3, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}
