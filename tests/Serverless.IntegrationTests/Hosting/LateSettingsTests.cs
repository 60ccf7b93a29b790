using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.ServiceBus.Amqp;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Hosting;

public sealed class LateSettingsTests : IDisposable
{
    private const string Name = "LateSettingsTests:Value";

    private readonly TemporaryFolder _folder = new();
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, string?>> _late = new();

    public void Dispose() => _folder.Dispose();

    private Task<LocalFunctionsHost> StartAsync(Action? onBuilt = null) => LocalFunctionsHost.StartAsync(new LocalHostOptions
    {
        DataDirectory = _folder.Path,
        AppRoot = _folder.Path,
        Port = 0,
        Settings = new Dictionary<string, string?> { [Name] = "early" },
        LateSettings = _late.Task,
        ConfigureServices = (_, _) => onBuilt?.Invoke(),
    });

    [Fact]
    public async Task StartAsync_LateSettings_TheAppIsBuiltBeforeAndSeesThem()
    {
        var built = false;
        var starting = StartAsync(() => built = true);

        Assert.True(built);
        Assert.False(starting.IsCompleted);
        _late.SetResult(new Dictionary<string, string?> { [Name] = "late" });
        await using var host = await starting;
        Assert.Equal("late", host.Services.GetRequiredService<IConfiguration>()[Name]);
    }

    [Fact]
    public async Task StartAsync_PortThatIsGiven_TellsTheAppItsName()
    {
        var port = LoopbackPort.Find(0).Number;
        await using var host = await LocalFunctionsHost.StartAsync(
            new LocalHostOptions { DataDirectory = _folder.Path, AppRoot = _folder.Path, Port = port });

        var settings = host.Services.GetRequiredService<IConfiguration>();
        Assert.Equal(host.Address.Authority, settings["WEBSITE_HOSTNAME"]);
        Assert.Equal(port, host.Address.Port);
    }

    [Fact]
    public async Task StartAsync_PortThatTheSystemChooses_TellsTheAppItsNameToo()
    {
        await using var host = await LocalFunctionsHost.StartAsync(
            new LocalHostOptions { DataDirectory = _folder.Path, AppRoot = _folder.Path, Port = 0 });

        Assert.Equal(host.Address.Authority, host.Services.GetRequiredService<IConfiguration>()["WEBSITE_HOSTNAME"]);
    }

    [Fact]
    public async Task StartAsync_LateSettingsFail_SaysWhyAndLeavesTheFolder()
    {
        var starting = StartAsync();
        _late.SetException(new IOException("no broker"));

        Assert.Equal("no broker", (await Assert.ThrowsAsync<IOException>(() => starting)).Message);
        await using var next = await LocalFunctionsHost.StartAsync(
            new LocalHostOptions { DataDirectory = _folder.Path, AppRoot = _folder.Path, Port = 0 });
        Assert.NotEqual(0, next.Address.Port);
    }
}
