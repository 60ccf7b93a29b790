using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>Columns under other names, masked values and foreign keys from the command line.</summary>
public sealed class ColumnSwitchTests : IDisposable
{
    private const string Orders =
        """
        {"fields":[{"name":"order","type":"integer"},{"name":"customer","type":"integer"}],
         "foreignKeys":[{"fields":"customer","reference":{"resource":"customers","fields":"id"}}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Process_References_AreReadFromFiles()
    {
        await WriteAsync("orders.csv", "order,customer\n1,7\n2,9\n");
        await WriteAsync("orders.schema.json", Orders);
        await WriteAsync("customers.csv", "id,name\n7,Ann\n");

        var process = await CommandProcess.RunAsync(
            _folder.Path, "process", "orders.csv", "--header", "true", "--references", "customers=customers.csv");
        var without = await CommandProcess.RunAsync(_folder.Path, "process", "orders.csv", "--header", "true", "--references", "customers");

        Assert.True(process.ExitCode == 0, $"{process}");
        Assert.Equal("order,customer\n1,7\n", await ReadAsync("out", "orders", "clean.csv"));
        Assert.Contains("foreign-key", await ReadAsync("out", "orders", "rejects.csv"), StringComparison.Ordinal);
        Assert.Equal(2, without.ExitCode);
        Assert.Contains("--references must be pairs", without.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_APackage_FindsTheFilesThatAreReferredTo()
    {
        await WriteAsync("orders.csv", "order,customer\n1,7\n2,9\n");
        await WriteAsync("customers.csv", "id,name\n7,Ann\n");
        await WriteAsync(
            "datapackage.json",
            $$$"""
            {"name":"shop","resources":[
              {"name":"orders","path":"orders.csv","schema":{{{Orders}}} },
              {"name":"customers","path":"customers.csv","schema":{"fields":[{"name":"id","type":"integer"},{"name":"name"}]}}]}
            """);

        var process = await CommandProcess.RunAsync(_folder.Path, "process", "datapackage.json");

        Assert.True(process.ExitCode == 0, $"{process}");
        Assert.Equal("order,customer\n1,7\n", await ReadAsync("out", "shop", "orders", "clean.csv"));
        Assert.Equal("id,name\n7,Ann\n", await ReadAsync("out", "shop", "customers", "clean.csv"));
    }

    [Fact]
    public async Task Process_MapAndMissingMaskKey_AreTakenAndRefused()
    {
        await WriteAsync("a.csv", "Mail,No.,x\nann@x.org,1,u\n");
        await WriteAsync("a.schema.json", """{"fields":[{"name":"id","type":"integer"},{"name":"mail","x-clean":["mask"]}]}""");
        await WriteAsync("b.csv", "mail\nann@x.org\n");
        await WriteAsync("b.schema.json", """{"fields":[{"name":"mail","x-clean":["hash"]}]}""");

        var mapped = await CommandProcess.RunAsync(
            _folder.Path, "process", "a.csv", "--header", "true", "--map", "No.=id,Mail=mail", "--extra-columns", "drop");
        var refused = await CommandProcess.RunAsync(_folder.Path, "process", "b.csv", "--header", "true", "--mask-key", "ours");

        Assert.True(mapped.ExitCode == 0, $"{mapped}");
        Assert.Equal("mail,id\n***,1\n", await ReadAsync("out", "a", "clean.csv"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Csv__MaskKeys__ours", refused.Output + refused.Errors, StringComparison.Ordinal);
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder.Path, name), text);

    private Task<string> ReadAsync(params string[] path) => File.ReadAllTextAsync(Path.Combine([_folder.Path, .. path]));
}
