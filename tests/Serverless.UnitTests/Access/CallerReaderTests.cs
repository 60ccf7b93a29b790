using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Access;

namespace Serverless.UnitTests.Access;

public sealed class CallerReaderTests
{
    private const string ReadKey = "read-key", OperateKey = "operate-key";

    [Theory]
    [InlineData(null, null, "local", "Operate")]
    [InlineData(ReadKey, null, "viewer", "Read")]
    [InlineData(null, ReadKey, "viewer", "Read")]
    [InlineData(OperateKey, null, "ann", "Operate")]
    [InlineData("another", null, "a key", "Operate")]
    [InlineData("another", ReadKey, "a key, viewer", "Read")]
    [InlineData(OperateKey, ReadKey, "ann, viewer", "Read")]
    public void Read_Keys_LeastRoleCountsWhereverTheyAre(string? header, string? query, string name, string role) =>
        Assert.Equal(new Caller(name, Enum.Parse<AccessRole>(role)), Sut().Read(Request(header, query)));

    [Fact]
    public void Read_HeadersOfThePlatform_CountOnlyWhereItWritesThem()
    {
        Assert.Equal("local", Sut().Read(Request(person: "eve@example.org")).Name);
        Assert.Equal("eve@example.org", Sut(signIn: true).Read(Request(person: "eve@example.org")).Name);
    }

    [Theory]
    [InlineData(null, """{"claims":[]}""", "Operate")]
    [InlineData("Operators", """{"claims":[{"typ":"roles","val":"Operators"}]}""", "Operate")]
    [InlineData("Operators", """{"role_typ":"r","claims":[{"typ":"r","val":"Operators"}]}""", "Operate")]
    [InlineData("Operators", """{"claims":[{"typ":"roles","val":"Others"}]}""", "Read")]
    [InlineData("Operators", """{"claims":[{"typ":"name","val":"Operators"}]}""", "Read")]
    [InlineData("Operators", """{"claims":null}""", "Read")]
    [InlineData("Operators", "no JSON", "Read")]
    public void Read_RoleOfWhoSignedIn_IsTheirs(string? wanted, string principal, string role) => Assert.Equal(
        Enum.Parse<AccessRole>(role), Sut(signIn: true, wanted).Read(Request(person: "eve@example.org", principal: principal)).Role);

    [Fact]
    public void Read_KeyThatMayRead_BindsWhoSignedInAsWell() =>
        Assert.Equal(
            new Caller("eve@example.org", AccessRole.Read), Sut(signIn: true).Read(Request(ReadKey, person: "eve@example.org")));

    private static CallerReader Sut(bool signIn = false, string? operatorRole = null) => new(Options.Create(new AccessSettings
    {
        SignIn = signIn,
        OperatorRole = operatorRole,
        Keys =
        {
            ["viewer"] = new KeyGrant { Sha256 = Hash(ReadKey), Role = AccessRole.Read },
            ["ann"] = new KeyGrant { Sha256 = Hash(OperateKey).ToLowerInvariant() },
        },
    }));

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static HttpRequest Request(string? header = null, string? query = null, string? person = null, string? principal = null)
    {
        var request = new DefaultHttpContext().Request;
        if (header is not null) request.Headers["x-functions-key"] = header;
        if (query is not null) request.QueryString = QueryString.Create("code", query);
        if (person is not null) request.Headers["X-MS-CLIENT-PRINCIPAL-NAME"] = person;
        if (principal is not null)
            request.Headers["X-MS-CLIENT-PRINCIPAL"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(principal));
        return request;
    }
}
