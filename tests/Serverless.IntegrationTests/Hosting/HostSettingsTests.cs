using Serverless.Local.Runtime.Hosting;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Hosting;

public sealed class HostSettingsTests : IDisposable
{
    private const string Name = "SERVERLESS_TEST_SETTING";

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Name, null);
        Environment.SetEnvironmentVariable(Name + "__Inner", null);
        _folder.Dispose();
    }

    private HostSettings Load(
        string? local = null, string? host = null, Dictionary<string, string?>? overrides = null, Dictionary<string, string?>? defaults =
            null)
    {
        if (local is not null) File.WriteAllText(Path.Combine(_folder.Path, "local.settings.json"), local);
        if (host is not null) File.WriteAllText(Path.Combine(_folder.Path, "host.json"), host);
        return HostSettings.Load(_folder.Path, defaults ?? [], overrides ?? []);
    }

    [Fact]
    public void Load_NoFiles_HasTheHostsDefaults()
    {
        var sut = Load();
        Assert.Equal("api", sut.RoutePrefix);
        Assert.Equal(TimeSpan.FromMinutes(30), sut.FunctionTimeout);
    }

    [Fact]
    public void Load_LocalSettings_ReadsValuesWithSections()
    {
        var sut = Load("""{ "IsEncrypted": false, "Values": { "Csv__Parallel": "4", "Other:Name": "x", /* note */ "Flag": true, } }""");
        Assert.Equal("4", sut.App["Csv:Parallel"]);
        Assert.Equal("x", sut.App.GetSection("Other")["Name"]);
        Assert.Equal("True", sut.App["Flag"]);
    }

    [Fact]
    public void Load_SeveralSources_OverridesThenEnvironmentThenFileThenDefaults()
    {
        Environment.SetEnvironmentVariable(Name, "environment");
        Environment.SetEnvironmentVariable(Name + "__Inner", "environment");
        var sut = Load(
            $$"""{ "Values": { "{{Name}}": "file", "{{Name}}__Inner": "file", "Only": "file" } }""",
            overrides: new() { [Name] = "override" },
            defaults: new() { [Name] = "default", ["Only"] = "default", ["Rest"] = "default" });
        Assert.Equal("override", sut.App[Name]);
        Assert.Equal("environment", sut.App[Name + ":Inner"]);
        Assert.Equal("file", sut.App["Only"]);
        Assert.Equal("default", sut.App["Rest"]);
    }

    [Fact]
    public void Load_HostJsonOverriddenBySetting_TakesTheSetting()
    {
        var sut = Load(
            host: """{ "functionTimeout": "00:10:00", "extensions": { "http": { "routePrefix": "v1" }, "durableTask": { "maxConcurrentActivityFunctions": 3 } } }""",
            overrides: new() { ["AzureFunctionsJobHost:extensions:durableTask:maxConcurrentActivityFunctions"] = "7" });
        Assert.Equal("7", sut.GetExtension("durableTask")["maxConcurrentActivityFunctions"]);
        Assert.Equal("v1", sut.RoutePrefix);
        Assert.Equal(TimeSpan.FromMinutes(10), sut.FunctionTimeout);
    }

    [Theory]
    [InlineData("""{ "functionTimeout": "-1" }""")]
    public void Load_TimeoutOfMinusOne_IsInfinite(string host) => Assert.Equal(Timeout.InfiniteTimeSpan, Load(host: host).FunctionTimeout);

    [Theory]
    [InlineData(null, """{ "functionTimeout": "soon" }""")]
    [InlineData("""{ "IsEncrypted": true, "Values": {} }""", null)]
    [InlineData("""{ "Values": """, null)]
    public void Load_WrongFile_NamesIt(string? local, string? host)
    {
        var e = Assert.Throws<InvalidDataException>(() => Load(local, host));
        Assert.Contains(local is null ? "host.json" : "local.settings.json", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_SettingNames_AreReplaced()
    {
        var sut = Load(overrides: new() { ["Name"] = "orders", ["Section:Name"] = "x" });
        Assert.Equal("q-orders-x", sut.Resolve("q-%Name%-%Section__Name%"));
        Assert.Throws<BindingFaultException>(() => sut.Resolve("%Missing%"));
    }
}
